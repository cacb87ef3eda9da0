import { ClosedError } from '../../core/errors.ts'
import { Deferred, Future } from '../../future/index.ts'
import type { NotificationHandler } from './notification.ts'

/** A listener of a channel; {@link unlisten} it, or declare it `await using`. */
export class PgSubscription {
  readonly channel: string
  /** @internal */ readonly handler: NotificationHandler
  /** @internal Settled when the server has confirmed it for the first time, or refused. */
  readonly opening: Deferred<PgSubscription> = new Deferred()
  /** @internal Why its connection was lost, until listening goes on. */
  lost: { readonly cause: unknown } | undefined
  /** @internal */ isEnded = false
  readonly #release: (subscription: PgSubscription) => Future<void>

  /** @internal */
  constructor(
    channel: string,
    handler: NotificationHandler,
    release: (subscription: PgSubscription) => Future<void>,
  ) {
    this.channel = channel
    this.handler = handler
    this.#release = release
  }

  /**
   * Ends it: its callback is not called any more, not even with what has arrived already.
   *
   * @returns ready when the server, too, has forgotten the channel, if this was its last listener
   */
  unlisten(): Future<void> {
    if (this.isEnded) return Future.ready()
    this.isEnded = true
    return this.#release(this)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unlisten()
  }

  /** @internal The server listens for it. */
  confirm(): void {
    if (this.opening.future.isPending) this.opening.resolve(this)
  }

  /** @internal It could not be had in the first place. */
  refuse(error: unknown): void {
    this.isEnded = true
    this.opening.reject(error)
  }

  /** @internal The pool is closed. */
  end(): void {
    if (this.isEnded) return
    this.isEnded = true
    if (this.opening.future.isPending) this.opening.reject(new ClosedError('The pool'))
    this.handler.onEnd()
  }
}
