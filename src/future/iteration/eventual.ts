import { Future } from '../future.ts'

/**
 * The future to wait for, or `undefined` if `value` is there already.
 *
 * Unlike `Future.from` it makes no future of a plain value, so that loops over those allocate nothing.
 */
export function futureOf(value: unknown): Future<unknown> | undefined {
  if (value instanceof Future) return value
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && 'then' in value ? Future.from(value) : undefined
}
