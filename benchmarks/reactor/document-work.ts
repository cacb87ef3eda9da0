import { createHash } from 'node:crypto'

/** About 10 KiB of JSON, always the same. */
const DOCUMENT = JSON.stringify(
  Array.from({ length: 100 }, (_, id) => ({
    id,
    name: `item ${id}`,
    price: id * 1.25,
    tags: ['a', 'b', 'c'],
    isSold: id % 2 === 0,
  })),
)

/** Reads, writes and hashes the document, as many times as it is told. */
export function workOnDocument(rounds: number): string {
  let digest = ''
  for (let round = 0; round < rounds; round++) {
    const text = JSON.stringify(JSON.parse(DOCUMENT))
    digest = createHash('sha256').update(text).update(digest).digest('hex')
  }
  return digest
}

/** @returns how many rounds take about `ms` on this machine */
export function roundsFor(ms: number): number {
  workOnDocument(200)
  const startMs = performance.now()
  workOnDocument(400)
  return Math.max(1, Math.round((ms * 400) / (performance.now() - startMs)))
}
