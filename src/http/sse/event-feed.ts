import type { ClockTimer, TimerClock } from '../../core/clock.ts'
import { AbortedError, ClosedError, OptionError } from '../../core/errors.ts'
import type { EndlessSource } from '../message/stream-body.ts'
import { type DataWriter, encodeEvent, type ServerSentEvent } from './event.ts'

/** What a source that is a function is told. */
export interface EventContext {
  /** Fires when nobody listens any more: the client has gone, or the server is closing. */
  readonly signal: AbortSignal
}

type Events<Data> = AsyncIterable<ServerSentEvent<Data>> | Iterable<ServerSentEvent<Data>>

/** Where events come from: a generator, or a function that makes one when the stream starts. */
export type EventStreamSource<Data = unknown> =
  | Events<Data>
  | ((context: EventContext) => Events<Data>)

export interface FeedSettings {
  readonly heartbeatMs: number
  /** Sent before the first event. */
  readonly prelude: string
  readonly write: DataWriter
  readonly clock: TimerClock
}

type Step = IteratorResult<ServerSentEvent, unknown>
type Chunk = IteratorResult<string, undefined>
interface Waiter {
  resolve(chunk: Chunk): void
  reject(reason: unknown): void
}

const HEARTBEAT: Chunk = { done: false, value: ':\n\n' }
const LAST_WORDS: Chunk = { done: false, value: ': the server is closing\n\n' }
const OVER: Chunk = { done: true, value: undefined }

/**
 * The text of an event stream: events as they come, and heartbeats while none does.
 *
 * It is its own and only iterator. At most one event is asked for at a time, and none before the
 * connection has room for it.
 */
export class EventFeed implements AsyncIterableIterator<string, undefined>, EndlessSource {
  readonly #source: EventStreamSource
  readonly #settings: FeedSettings
  readonly #abort = new AbortController()
  #iterator: AsyncIterator<ServerSentEvent> | Iterator<ServerSentEvent> | undefined
  /** The source has been asked, and has not answered yet. */
  #isAsked = false
  /** What came while nobody waited: the connection got full during a heartbeat. */
  #early: Step | undefined
  #failure: { readonly reason: unknown } | undefined
  #waiter: Waiter | undefined
  #heartbeat: ClockTimer | undefined
  /** While it is closing there is one more chunk to come. */
  #state: 'open' | 'closing' | 'over' = 'open'

  constructor(source: EventStreamSource, settings: FeedSettings) {
    this.#source = source
    this.#settings = settings
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Chunk> {
    if (this.#state === 'over') return Promise.resolve(OVER)
    if (this.#state === 'closing') {
      this.#state = 'over'
      return Promise.resolve(LAST_WORDS)
    }
    if (this.#iterator === undefined) {
      this.#iterator = this.#open()
      const { prelude } = this.#settings
      if (prelude !== '') return Promise.resolve({ done: false, value: prelude })
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
      if (this.#failure !== undefined) this.#fail(this.#failure.reason)
      else if (this.#early !== undefined) this.#take(this.#early)
      else {
        this.#ask()
        this.#startHeartbeat()
      }
    })
  }

  /** Nobody listens any more. */
  async return(): Promise<Chunk> {
    this.#state = 'over'
    this.#takeWaiter()?.resolve(OVER)
    await this.#endSource(new AbortedError(undefined, 'The event stream'))
    return OVER
  }

  /** Ends the stream between two events: the server is closing. */
  shutdown(): void {
    if (this.#state !== 'open') return
    const waiter = this.#takeWaiter()
    this.#state = waiter === undefined ? 'closing' : 'over'
    waiter?.resolve(LAST_WORDS)
    // Not waited for: a source may never stop waiting for its next event.
    this.#endSource(new ClosedError('The server')).catch((error: unknown) => {
      process.emitWarning(error instanceof Error ? error : String(error))
    })
  }

  #open(): AsyncIterator<ServerSentEvent> | Iterator<ServerSentEvent> {
    const source = this.#source
    const events = typeof source === 'function' ? source({ signal: this.#abort.signal }) : source
    if (Symbol.asyncIterator in events) return events[Symbol.asyncIterator]()
    if (Symbol.iterator in events) return events[Symbol.iterator]()
    throw new OptionError('sse() source result', events, 'an async iterable of events')
  }

  #ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    Promise.resolve(this.#iterator!.next()).then(
      (step) => {
        this.#isAsked = false
        if (this.#waiter === undefined) this.#early = step
        else this.#take(step)
      },
      (reason: unknown) => {
        this.#isAsked = false
        if (this.#waiter === undefined) this.#failure = { reason }
        else this.#fail(reason)
      },
    )
  }

  #take(step: Step): void {
    this.#early = undefined
    if (step.done === true) {
      this.#state = 'over'
      this.#takeWaiter()?.resolve(OVER)
      return
    }
    try {
      const value = encodeEvent(step.value, this.#settings.write)
      this.#takeWaiter()?.resolve({ done: false, value })
    } catch (error) {
      // The source does not know, and has to clean up.
      const fail = (): void => this.#fail(error)
      this.#endSource(error).then(fail, fail)
    }
  }

  #fail(reason: unknown): void {
    this.#state = 'over'
    this.#takeWaiter()?.reject(reason)
  }

  #takeWaiter(): Waiter | undefined {
    const waiter = this.#waiter
    this.#waiter = undefined
    this.#heartbeat?.cancel()
    return waiter
  }

  #startHeartbeat(): void {
    const { clock, heartbeatMs } = this.#settings
    if (heartbeatMs === 0) return
    if (this.#heartbeat !== undefined) this.#heartbeat.rearm(heartbeatMs)
    else {
      const beat = (): void => this.#takeWaiter()?.resolve(HEARTBEAT)
      this.#heartbeat = clock.setTimer(heartbeatMs, beat)
    }
  }

  async #endSource(reason: unknown): Promise<void> {
    const source = this.#iterator ?? this.#source
    this.#abort.abort(reason)
    if (typeof source === 'function') return
    const ending: unknown = (source as Partial<AsyncGenerator>).return?.(undefined)
    await ending
  }
}
