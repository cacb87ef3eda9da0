import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../future.ts'

/** Items of an iterable may be futures or promises themselves, as those of an async iterable are. */
export type Items<T> = Iterable<Eventual<T>> | AsyncIterable<T>

type AnyIterator<T> = Iterator<Eventual<T>> | AsyncIterator<T>

/** @throws {OptionError} if `items` cannot be iterated */
export function iterate<T>(items: Items<T>): AnyIterator<T> {
  const { [Symbol.asyncIterator]: openAsync, [Symbol.iterator]: open } = Object(items)
  const method: unknown = openAsync ?? open
  if (typeof method !== 'function') {
    throw new OptionError('items', items, 'an iterable or async iterable')
  }
  return method.call(items) as AnyIterator<T>
}

/** Tells the iterator that no more is wanted; ready if it does not care. */
export function closeIterator(iterator: AnyIterator<unknown>): Future<unknown> {
  return Future.try(() => iterator.return?.())
}
