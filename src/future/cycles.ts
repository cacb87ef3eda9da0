import type { Consumer, Future } from './future.ts'
import { ADOPT } from './steps.ts'

/** Futures that wait for each other in a ring are found if there are no more of them than this, and one. */
const MAX_CYCLE = 16

/**
 * Whether `target` follows `future`, directly or through others that follow each other.
 *
 * Links of a plain chain are not walked: a long one behind every flattened future would cost more
 * than the find is worth.
 *
 * @internal
 */
export function isAwaitedBy(
  future: Future<unknown>,
  target: Future<unknown>,
  hops: number = MAX_CYCLE,
): boolean {
  const { consumer } = future
  if (consumer === undefined || hops === 0) return false
  if (Array.isArray(consumer)) return consumer.some((next) => leadsTo(next, target, hops))
  return leadsTo(consumer, target, hops)
}

function leadsTo(next: Consumer, target: Future<unknown>, hops: number): boolean {
  if (next === target) return true
  return isLink(next) && next.outcome === ADOPT && isAwaitedBy(next, target, hops - 1)
}

/** Only futures have a state. */
function isLink(consumer: Consumer): consumer is Future<unknown> {
  return (consumer as Future<unknown>).state !== undefined
}
