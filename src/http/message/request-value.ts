import type { HttpRequest } from './request.ts'

/** The slots of a request; passes through requests that stand for another one. */
const VALUES: unique symbol = Symbol('values')

type Holder = { [VALUES]?: unknown[] }

let slots = 0

/**
 * Something kept with a request: set by a middleware, read by whoever comes behind it.
 *
 * `const user = new RequestValue<User>()`, then `user.set(request, found)` and `user.get(request)`. Make
 * one for each kind of value, once: it is the key. A value lives as long as its request.
 */
export class RequestValue<T> {
  readonly #slot: number = slots++

  /** @returns undefined if it was not set for this request */
  get(request: Pick<HttpRequest, 'method'>): T | undefined {
    return (request as Holder)[VALUES]?.[this.#slot] as T | undefined
  }

  set(request: Pick<HttpRequest, 'method'>, value: T): void {
    const holder = request as Holder
    holder[VALUES] ??= []
    holder[VALUES][this.#slot] = value
  }
}
