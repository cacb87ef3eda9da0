import type { Consumer, Future } from './future.ts'

/** Stands in for a consumer that left, so that a late failure does not count as unhandled. */
export const NOBODY: Consumer = { onSettled() {} }

/**
 * Takes a consumer off a future again that has not settled yet.
 *
 * Without this every wait that was given up would stay on a long-lived future for good: the leak of
 * `Promise.race`.
 */
export function abandon(source: Future<unknown>, consumer: Consumer): void {
  const { consumer: current } = source
  if (!source.isPending || current === undefined) return
  if (!Array.isArray(current)) {
    if (current === consumer) source.consumer = NOBODY
    return
  }
  const index = current.indexOf(consumer)
  if (index === -1) return
  if (current.length === 1) current[0] = NOBODY
  else current.splice(index, 1)
}
