import { systemClock, type Timer } from '../core/clock.ts'
import { TimeoutError } from '../core/errors.ts'
import { atEndOfTurn, chargeInput, dbGroup, type Task } from '../core/run-queue.ts'
import { Deferred, type Future } from '../future/index.ts'
import { ConnectError, Connection, type ConnectionHandler } from '../net/index.ts'
import { requestCancel } from './cancel.ts'
import { channels } from './channels.ts'
import { describeAddress, type PgConfig } from './config.ts'
import { PgConnectionError, type PgError, PgProtocolError } from './errors.ts'
import { settleLost } from './loss.ts'
import { Pipeline, type PipelineHost } from './pipeline.ts'
import { MessageFramer } from './protocol/framing.ts'
import { writeTerminate } from './protocol/frontend-message.ts'
import type { MessageReader } from './protocol/reader.ts'
import type { Query } from './query.ts'
import { type BackendKey, Startup, type StartupHost } from './startup.ts'
import type { Int8Mode } from './types/registry.ts'

/** Without any sign of a cancelled query for so long the connection is given up. */
const CANCEL_TIMEOUT_MS = 5000
/** A closing server is waited for so long. */
const FAREWELL_MS = 1000
/** Above this many unsent bytes the connection takes no new queries. */
const MAX_BUFFERED_BYTES = 1024 * 1024

export interface ConnectionSettings {
  readonly config: PgConfig
  readonly connectTimeoutMs: number
  readonly int8: Int8Mode
  readonly statementCacheSize: number
}

/** The pool, as a connection sees it. */
export interface ConnectionOwner {
  /** Answers have come, or the quarantine has ended: there may be room for more. */
  onRoom(connection: PgConnection): void
  /** @param tookMs - how long the server took for this statement, about */
  onAnswered(sql: string, tookMs: number): void
  /** What was written in this turn has left. */
  onFlushed(connection: PgConnection): void
  /** Called once for a connection that was open; `neverRan` are to be sent elsewhere. */
  onLost(connection: PgConnection, cause: unknown, neverRan: Query[]): void
  resend(query: Query): void
  /** Only the listener has it: those of other connections belong to nobody. */
  onNotification?(reader: MessageReader): void
}

/**
 * One connection to the server, from its opening to its end; it is never reopened, so whoever holds
 * one cannot end up in another session without noticing.
 */
export class PgConnection implements ConnectionHandler, PipelineHost, StartupHost, Task {
  readonly pipeline: Pipeline
  /** Held by one borrower; shared with nobody. */
  isExclusive = false
  /** To be lent as soon as it is idle; takes no more queries until then. */
  isReserved = false
  /** A statement known as slow is under way: what is sent now waits behind it. */
  hasSlowQuery = false
  /** When the server last answered, or began to work: how long the oldest query has been running. */
  activeAtMs = 0
  readonly #settings: ConnectionSettings
  readonly #owner: ConnectionOwner
  readonly #framer: MessageFramer
  readonly #opening = new Deferred<PgConnection>()
  #startup: Startup | undefined
  #openTimer: Timer | undefined
  #socket: Connection | undefined
  #key: BackendKey | undefined
  #fatal: PgError | undefined
  #isOpen = false
  #isEnding = false
  #isFlushScheduled = false
  #isCancelling = false
  #isCancelSocketOpen = false
  #cancelled: Query | undefined
  #deathTimer: Timer | undefined

  constructor(settings: ConnectionSettings, owner: ConnectionOwner) {
    this.#settings = settings
    this.#owner = owner
    this.pipeline = new Pipeline(this, settings.int8, settings.statementCacheSize)
    this.#startup = new Startup(settings.config, this.pipeline.output, this)
    this.#framer = new MessageFramer({
      onMessage: (type, bytes, view, start, end) => {
        const sink = this.#startup ?? this.pipeline
        sink.onMessage(type, bytes, view, start, end)
      },
    })
  }

  /** @returns fails with {@link PgConnectionError}; then there is no connection and nothing to close */
  open(): Future<PgConnection> {
    const { config, connectTimeoutMs } = this.#settings
    const target =
      config.socketPath === undefined
        ? { host: config.host, port: config.port }
        : { path: config.socketPath }
    this.#openTimer = systemClock.setTimer(connectTimeoutMs, () => {
      this.#refuse(new TimeoutError(connectTimeoutMs, 'Connecting'))
    })
    Connection.connect({ ...target, handler: this, timeoutMs: connectTimeoutMs })
      .then(
        (socket) => {
          if (!this.#opening.future.isPending) return socket.destroy()
          this.#socket = socket
          this.#startup?.begin()
        },
        (error) => this.#refuse(error),
      )
      .ignore()
    return this.#opening.future
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Queries that are not answered yet. */
  get load(): number {
    return this.pipeline.load
  }

  /** Whether anybody's query may be added now. */
  get isShared(): boolean {
    return this.#isOpen && !this.isExclusive && !this.isReserved && !this.#isCancelling
  }

  /** Whether the server reads more slowly than we write. */
  get isCongested(): boolean {
    return (this.#socket?.bufferedBytes ?? 0) > MAX_BUFFERED_BYTES
  }

  get isQuarantined(): boolean {
    return this.#isCancelling
  }

  /** Says goodbye; only for a connection without load. */
  end(): void {
    this.#isOpen = false
    this.#isEnding = true
    writeTerminate(this.pipeline.output)
    this.flush()
    this.#socket?.end()
    this.#deathTimer = systemClock.setTimer(FAREWELL_MS, () => this.#socket?.destroy())
  }

  /** Ends it at once; what is under way fails with `cause`. */
  destroy(cause: Error): void {
    this.#isOpen = false
    this.#framer.stop()
    this.#socket?.destroy(cause)
  }

  flush(): void {
    const { pipeline } = this
    const { output } = pipeline
    const socket = this.#socket
    if (output.at === 0 || socket === undefined) return
    if (pipeline.unflushed === pipeline.wire.length) this.activeAtMs = performance.now()
    pipeline.unflushed = 0
    // The socket copies, so that one buffer serves all turns.
    socket.write(output.take())
    socket.flush()
    output.recycle()
  }

  /** @internal The end of the turn. */
  run(): void {
    this.#isFlushScheduled = false
    this.flush()
    this.#owner.onFlushed(this)
  }

  onFullOutput(): void {
    this.flush()
  }

  onOutput(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    atEndOfTurn(this)
  }

  onData(chunk: Buffer): void {
    const { pipeline } = this
    const oldest = pipeline.wire.head
    const answeredBefore = pipeline.answered
    const beganMs = performance.now()
    try {
      this.#framer.push(chunk)
    } catch (error) {
      return this.destroy(error as Error)
    }
    const nowMs = performance.now()
    chargeInput(dbGroup, nowMs - beganMs)
    const answers = pipeline.answered - answeredBefore
    if (answers > 0 && oldest?.isLearning === false) {
      this.#owner.onAnswered(oldest.sql, (nowMs - this.activeAtMs) / answers)
    }
    if (pipeline.load === 0) this.hasSlowQuery = false
    this.activeAtMs = nowMs
    if (this.#isCancelling) this.#endQuarantine()
    if (this.#isOpen) this.#owner.onRoom(this)
  }

  onEnd(): void {
    this.#socket?.destroy()
  }

  onDrain(): void {
    if (this.#isOpen) this.#owner.onRoom(this)
  }

  onClose(error: Error | undefined): void {
    const cause = this.#fatal ?? error ?? new PgProtocolError('The server closed the connection')
    this.#deathTimer?.cancel()
    if (this.#opening.future.isPending) return this.#refuse(cause)
    this.#isOpen = false
    if (this.#isEnding) return this.#publish(channels.connectionClose, undefined)
    const neverRan = settleLost(this.pipeline, cause, this.#fatal !== undefined)
    this.#publish(channels.connectionClose, cause)
    this.#owner.onLost(this, cause, neverRan)
  }

  onReady(key: BackendKey | undefined): void {
    this.#openTimer?.cancel()
    this.#startup = undefined
    this.#key = key
    this.#isOpen = true
    this.activeAtMs = performance.now()
    this.#publish(channels.connectionOpen, undefined)
    this.#opening.resolve(this)
  }

  onRefused(error: Error): void {
    this.#refuse(error)
  }

  onFatal(error: PgError): void {
    this.#fatal ??= error
    this.#isOpen = false
    this.#framer.stop()
    this.#socket?.destroy()
  }

  resend(query: Query): void {
    this.#owner.resend(query)
  }

  onNotification(reader: MessageReader): void {
    this.#owner.onNotification?.(reader)
  }

  /** Does not read on while `isPaused`, which TCP tells the server. */
  setPaused(isPaused: boolean): void {
    if (isPaused) this.#socket?.pause()
    else this.#socket?.resume()
  }

  onAbandonedHead(): void {
    const key = this.#key
    if (this.#isCancelling || key === undefined || !this.#isOpen) return
    this.#isCancelling = true
    this.#isCancelSocketOpen = true
    const { wire } = this.pipeline
    const [head] = wire
    this.#cancelled = head?.isLearning === false ? head : undefined
    for (const entry of wire) entry.isExposedToCancel = true
    this.pipeline.isPaused = true
    const timeoutMs = Math.min(CANCEL_TIMEOUT_MS, this.#settings.connectTimeoutMs)
    this.#deathTimer = systemClock.setTimer(timeoutMs, () => {
      this.destroy(new TimeoutError(timeoutMs, 'Cancelling a query'))
    })
    requestCancel(this.#settings.config, key, timeoutMs, () => {
      this.#isCancelSocketOpen = false
      this.#endQuarantine()
    })
  }

  /** Both must be over, the request's socket and the victim: then no later query can be hit. */
  #endQuarantine(): void {
    const { head } = this.pipeline.wire
    if (this.#isCancelSocketOpen || (head !== undefined && head === this.#cancelled)) return
    this.#isCancelling = false
    this.#cancelled = undefined
    this.#deathTimer?.cancel()
    if (!this.#isOpen) return
    // Another query that nobody waits for may have moved up meanwhile.
    if (head !== undefined && !head.isLearning && head.isSettled) return this.onAbandonedHead()
    this.pipeline.resume()
    this.#owner.onRoom(this)
  }

  #refuse(cause: unknown): void {
    this.#openTimer?.cancel()
    this.#framer.stop()
    this.#socket?.destroy()
    const { config } = this.#settings
    const reason = reasonOf(cause)
    const message = `Cannot connect to ${describeAddress(config)} as user ${JSON.stringify(config.user)}, database ${JSON.stringify(config.database)}: ${reason}`
    this.#opening.reject(new PgConnectionError(message, cause))
  }

  #publish(channel: typeof channels.connectionOpen, error: unknown): void {
    if (!channel.hasSubscribers) return
    channel.publish({ address: describeAddress(this.#settings.config), error })
  }
}

/** The socket's own error repeats the address that the message names already. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause instanceof ConnectError
    ? cause.message.replace(/^Cannot connect to .*?: /, '')
    : cause.message
}
