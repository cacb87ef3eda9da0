import { systemClock, type Timer } from '../../core/clock.ts'
import { atEndOfTurn, type Task } from '../../core/run-queue.ts'
import { Deferred, Future } from '../../future/index.ts'
import type { TopicTransport } from './transport.ts'

const MIN_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 2000
/** What is handed to the transport in one go. */
const BATCH_BYTES = 256 * 1024

/** A message and its payloads. */
export interface OutgoingMessage {
  readonly payloads: readonly string[]
  readonly bytes: number
}

/** What to give up when no more may wait. */
export type FullQueuePolicy = 'drop-oldest' | 'drop-newest'

/** Messages that wait for the transport: sent in order, all of one turn together, one batch at a time. */
export class BridgeOutbox implements Task {
  readonly #transport: TopicTransport
  readonly #maxBytes: number
  readonly #whenFull: FullQueuePolicy
  readonly #onError: (error: unknown) => void
  readonly #queue: OutgoingMessage[] = []
  #bytes = 0
  /** Of `#queue`, how many are on their way. */
  #sending = 0
  #isScheduled = false
  #isOpen = false
  #isClosed = false
  #backoffMs = 0
  #retryTimer: Timer | undefined
  #drained: Deferred<void> | undefined
  sent = 0
  queueFull = 0
  failed = 0
  retries = 0

  constructor(
    transport: TopicTransport,
    maxBytes: number,
    whenFull: FullQueuePolicy,
    onError: (error: unknown) => void,
  ) {
    this.#transport = transport
    this.#maxBytes = maxBytes
    this.#whenFull = whenFull
    this.#onError = onError
  }

  get queued(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#queue.length, bytes: this.#bytes }
  }

  add(message: OutgoingMessage): void {
    if (!this.#makeRoom(message.bytes)) {
      this.queueFull++
      return
    }
    this.#queue.push(message)
    this.#bytes += message.bytes
    this.#schedule()
  }

  open(): void {
    this.#isOpen = true
    this.#schedule()
  }

  /** @returns ready when all is sent, or `timeoutMs` are over and the rest is given up */
  close(timeoutMs: number): Future<void> {
    if (this.#queue.length === 0 || !this.#isOpen) {
      this.#giveUp()
      return Future.ready()
    }
    this.#drained = new Deferred()
    const timer = systemClock.setTimer(timeoutMs, () => this.#giveUp())
    return this.#drained.future.finally(() => timer.cancel())
  }

  /** @internal The end of the turn. */
  run(): void {
    this.#isScheduled = false
    this.#send()
  }

  /** Messages on their way stay: they may have arrived. */
  #makeRoom(bytes: number): boolean {
    if (this.#whenFull === 'drop-newest') return this.#bytes + bytes <= this.#maxBytes
    let dropped = 0
    let freed = 0
    while (this.#bytes - freed + bytes > this.#maxBytes) {
      const oldest = this.#queue[this.#sending + dropped]
      if (oldest === undefined) return false
      dropped++
      freed += oldest.bytes
    }
    if (dropped > 0) this.#queue.splice(this.#sending, dropped)
    this.#bytes -= freed
    this.queueFull += dropped
    return true
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isOpen || this.#sending > 0) return
    if (this.#retryTimer !== undefined) return
    this.#isScheduled = true
    atEndOfTurn(this)
  }

  #send(): void {
    if (this.#isClosed || this.#sending > 0 || this.#queue.length === 0) return
    let bytes = 0
    while (this.#sending < this.#queue.length && bytes < BATCH_BYTES) {
      bytes += this.#queue[this.#sending++]!.bytes
    }
    const payloads = this.#queue.slice(0, this.#sending).flatMap((message) => message.payloads)
    Future.try(() => this.#transport.send(payloads))
      .then(
        () => this.#onSent(),
        (error) => this.#onFailed(error),
      )
      .ignore()
  }

  #onSent(): void {
    if (this.#isClosed) return
    this.#backoffMs = 0
    this.sent += this.#sending
    this.#shift()
  }

  #onFailed(error: unknown): void {
    if (this.#isClosed) return
    if (this.#transport.isPermanent(error)) {
      this.failed += this.#sending
      this.#onError(error)
      return this.#shift()
    }
    this.#sending = 0
    this.retries++
    this.#backoffMs = Math.min(Math.max(this.#backoffMs * 2, MIN_BACKOFF_MS), MAX_BACKOFF_MS)
    this.#retryTimer = systemClock.setTimer(this.#backoffMs, () => {
      this.#retryTimer = undefined
      this.#send()
    })
  }

  #shift(): void {
    for (const { bytes } of this.#queue.splice(0, this.#sending)) this.#bytes -= bytes
    this.#sending = 0
    if (this.#queue.length > 0) this.#send()
    else this.#drained?.resolve()
  }

  #giveUp(): void {
    this.#isClosed = true
    this.#retryTimer?.cancel()
    this.failed += this.#queue.length
    this.#queue.length = 0
    this.#bytes = 0
    this.#drained?.resolve()
  }
}
