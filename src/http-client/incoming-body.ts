import { Buffer } from 'node:buffer'
import { Deferred } from '../future/deferred.ts'
import { type Future } from '../future/future.ts'
import type { HeaderFields } from './header-fields.ts'

/** What a body needs of the connection it comes on. */
export interface BodyFlow {
  /** No more bytes, until `resume`. */
  pause(): void
  resume(): void
  /** Cuts the connection: the rest is not wanted. */
  abort(reason: Error): void
}

/** Bytes that are kept for a consumer who has not come, or is slow, before the peer is told to wait. */
const HIGH_WATER_BYTES = 65_536

const EMPTY = new Uint8Array(0)

type End =
  | { readonly kind: 'complete'; readonly trailers: HeaderFields }
  | { readonly kind: 'failed'; readonly reason: unknown }

/** Why a body has ended before it was complete. */
export interface BodyFailure {
  readonly reason: unknown
}

/** Is told why nothing more comes: `undefined` if the body is complete. */
export type EndListener = (failure: BodyFailure | undefined) => void

/** Somebody who wants everything as one piece. */
interface Collector {
  readonly admit: (bytes: number) => void
  readonly whole: Deferred<Uint8Array>
}

/** The body of a response as it arrives: the transport pushes, one consumer pulls. */
export class IncomingBody {
  readonly #flow: BodyFlow
  #chunks: Uint8Array[] = []
  #bytes = 0
  #end: End | undefined
  #isPaused = false
  #collector: Collector | undefined
  #wake: Deferred<void> | undefined
  readonly #listeners: EndListener[] = []
  #onBytes: ((bytes: number) => void) | undefined

  constructor(flow: BodyFlow) {
    this.#flow = flow
  }

  /** Bytes that have come and nobody has taken. */
  get buffered(): number {
    return this.#bytes
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  get isEnded(): boolean {
    return this.#end !== undefined
  }

  /** Empty until the body is complete. */
  get trailers(): HeaderFields {
    return this.#end?.kind === 'complete' ? this.#end.trailers : []
  }

  /** Calls `listener` with the length of each piece that comes. */
  onBytes(listener: (bytes: number) => void): void {
    this.#onBytes = listener
  }

  /** Calls `listener` once when nothing more will come, or now if that is so; it must not throw. */
  whenEnded(listener: EndListener): void {
    if (this.#end === undefined) this.#listeners.push(listener)
    else tell(listener, this.#end)
  }

  /** Takes bytes of the connection, which must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#end !== undefined) return
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    this.#onBytes?.(chunk.length)
    if (this.#collector !== undefined) return this.#admit(this.#collector)
    if (this.#bytes >= HIGH_WATER_BYTES && !this.#isPaused) {
      this.#isPaused = true
      this.#flow.pause()
    }
    this.#notify()
  }

  complete(trailers: HeaderFields): void {
    this.#finish({ kind: 'complete', trailers })
  }

  /** Ends it with a failure, which comes in place of what has not been taken yet. */
  fail(reason: unknown): void {
    this.#chunks = []
    this.#bytes = 0
    this.#finish({ kind: 'failed', reason })
  }

  /**
   * The consumer wants no more: readers fail with `reason`, and the connection is cut unless all has come.
   *
   * Those who wait for the end are not told of a failure: it is none.
   */
  giveUp(reason: Error): void {
    if (this.#end !== undefined) return
    const listeners = this.#listeners.splice(0)
    this.abort(reason)
    for (const listener of listeners) listener(undefined)
  }

  /** Fails the rest and cuts the connection, unless all has come. */
  abort(reason: unknown): void {
    if (this.#end !== undefined) return
    this.fail(reason)
    this.#flow.abort(reason instanceof Error ? reason : new Error('The body was given up'))
  }

  /**
   * Everything as one piece.
   *
   * @param admit - throws if there are too many bytes
   * @returns ready at once if all has come
   */
  collect(admit: (bytes: number) => void): Future<Uint8Array> {
    const collector: Collector = { admit, whole: new Deferred() }
    this.#collector = collector
    this.#resume()
    this.#admit(collector)
    this.#serve(collector)
    return collector.whole.future
  }

  #admit(collector: Collector): void {
    try {
      collector.admit(this.#bytes)
    } catch (error) {
      if (this.#end === undefined) this.abort(error)
      else this.#end = { kind: 'failed', reason: error }
    }
  }

  #serve({ whole }: Collector): void {
    const end = this.#end
    if (end === undefined) return
    if (end.kind === 'failed') whole.reject(end.reason)
    else whole.resolve(this.#takeAll())
  }

  #takeAll(): Uint8Array {
    const [only = EMPTY] = this.#chunks
    const all = this.#chunks.length <= 1 ? only : Buffer.concat(this.#chunks, this.#bytes)
    this.#chunks = []
    this.#bytes = 0
    return all
  }

  /** The pieces as they come; leaving the loop early cuts the connection. */
  async *pieces(abandoned: () => Error): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk !== undefined) {
          this.#bytes -= chunk.length
          if (this.#bytes < HIGH_WATER_BYTES / 2) this.#resume()
          yield chunk
        } else if (this.#end === undefined) await this.#more()
        else if (this.#end.kind === 'failed') throw this.#end.reason
        else return
      }
    } finally {
      this.giveUp(abandoned())
    }
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#flow.resume()
  }

  #more(): Future<void> {
    this.#wake ??= new Deferred<void>()
    return this.#wake.future
  }

  #finish(end: End): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#onBytes = undefined
    for (const listener of this.#listeners.splice(0)) tell(listener, end)
    this.#notify()
  }

  #notify(): void {
    const wake = this.#wake
    const collector = this.#collector
    this.#wake = undefined
    wake?.resolve(undefined)
    if (collector !== undefined) this.#serve(collector)
  }
}

function tell(listener: EndListener, end: End): void {
  listener(end.kind === 'failed' ? { reason: end.reason } : undefined)
}
