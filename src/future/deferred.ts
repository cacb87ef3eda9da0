import { type Eventual, type Future, pendingFuture, rejectOnce, resolveOnce } from './future.ts'

/** The write side of a {@link Future}: whoever has it decides the outcome, once. */
export class Deferred<T> {
  declare readonly future: Future<T>

  constructor() {
    this.future = pendingFuture<T>()
  }

  /**
   * Makes the future ready, or lets it follow another future or promise.
   *
   * Never runs user code: continuations are scheduled.
   *
   * @returns false if it was settled before; nothing changes then
   */
  resolve(value: Eventual<T>): boolean {
    return resolveOnce(this.future, value)
  }

  /**
   * Fails the future with `reason` itself.
   *
   * @returns false if it was settled before; nothing changes then
   */
  reject(reason: unknown): boolean {
    return rejectOnce(this.future, reason)
  }
}
