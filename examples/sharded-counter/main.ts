/**
 * A counter and a cache over all cores of this process, without a lock.
 *
 * Usage: `node examples/sharded-counter/main.ts [cores]`. It starts its reactors itself, to show what
 * there is to it; `app.listen({ reactors: 'auto' })` does this for a server.
 */
import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { whenAll } from '../../src/future/index.ts'
import { createMeshMemory, joinMesh, type MeshMemory, submitTo } from '../../src/reactor/index.ts'
import { cache } from './cache.ts'
import { hitCounter } from './counter.ts'
import { summary, visitMany } from './visits.ts'

interface Seat {
  readonly memory: MeshMemory
  readonly core: number
}

const PAGES = ['/', '/about', '/prices', '/contact']
const VISITS = 1_000

/** This thread looks on; the work is that of the reactors. */
async function superviseDemo(count: number): Promise<void> {
  const memory = createMeshMemory(count)
  const mesh = joinMesh(memory, count)
  const cores = Array.from({ length: count }, (_, core) => core)
  const workers = cores.map(
    (core) => new Worker(import.meta.filename, { workerData: { memory, core } satisfies Seat }),
  )
  // Calls to cores that are still starting wait for them.
  await whenAll([hitCounter.start(), cache.start(1_000)])
  const seen = await whenAll(cores.map((core) => submitTo(core, visitMany, PAGES, VISITS)))
  console.log(`${count} cores, ${VISITS} visits each`)
  for (const [page, hits] of await summary(PAGES)) console.log(`${page}: ${hits} hits`)
  const sizes = await cache.map('size')
  console.log(`entries by core: ${sizes.join(', ')}`)
  console.log(`texts seen: ${new Set(seen.flat()).size}`)
  await cache.stop()
  await hitCounter.stop()
  await Promise.all(workers.map((worker) => worker.terminate()))
  mesh.leave()
}

if (isMainThread) {
  await superviseDemo(Number(process.argv[2] ?? availableParallelism()))
} else {
  const { memory, core } = workerData as Seat
  joinMesh(memory, core)
  // Kept alive as a server is by its listener.
  parentPort?.on('message', () => {})
}
