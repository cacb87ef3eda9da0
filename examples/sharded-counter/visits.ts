import { Future, whenAll } from '../../src/future/index.ts'
import { ownCore, remote } from '../../src/reactor/index.ts'
import { cacheGet, cacheSet } from './cache.ts'
import { hitCounter } from './counter.ts'

/** What a request handler would do: count here, look the page up wherever it is kept, else make it. */
function visit(page: string): Future<string> {
  hitCounter.local.hit(page)
  return cacheGet(page).then((kept) => {
    if (kept !== undefined) return kept
    const made = `${page}, made by core ${ownCore()}`
    return cacheSet(page, made).then(() => made)
  })
}

/** A core's share of the load. @returns how many different texts it has seen for each page */
export const visitMany = remote('example/visit-many', (pages: readonly string[], times: number) => {
  const visits = Array.from({ length: times }, (_, i) => pages[i % pages.length] ?? '')
  return visits
    .reduce(
      (before, page) => before.then((seen) => visit(page).then((text) => seen.add(text))),
      Future.ready(new Set<string>()),
    )
    .then((seen) => [...seen])
})

/** @returns hits of all cores by page, and entries by core */
export function summary(
  pages: readonly string[],
): Future<readonly (readonly [page: string, hits: number])[]> {
  return whenAll(
    pages.map((page) =>
      hitCounter
        .mapReduce('hits', [page], 0, (sum, hits) => sum + hits)
        .then((hits) => [page, hits] as const),
    ),
  )
}
