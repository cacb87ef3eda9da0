import type { Server } from 'node:net'
import { Deferred, deserializeError, type Future } from '../../future/index.ts'
import { ReactorExitError } from '../errors.ts'
import type { Boot } from '../identity.ts'
import type { Command, Failure, Handle, ListenTarget, Report } from '../membership/messages.ts'
import type { Host, StartHost } from './host.ts'

/** From the start of its module to the end of its thread. */
export type MemberState = 'starting' | 'serving' | 'draining' | 'gone'

/** What a member leaves to its supervisor. */
export interface MemberEvents {
  /** Reports that are not about its own life. */
  onRequest(member: Member, report: Report): void
  /** The thread has ended; called once, while `state` still says what it was before. */
  onExit(member: Member, reason: ReactorExitError): void
}

/** One reactor as the supervisor sees it: the life of one thread or process, told in futures. */
export class Member {
  readonly id: number
  readonly generation: number
  /** Where the reactor keeps its numbers; of a process, what it has sent last. */
  memory: ArrayBufferLike | undefined
  readonly startedMs: number = performance.now()
  state: MemberState = 'starting'
  /** Connections sent to it so far. */
  connectionsSent = 0

  readonly #host: Host
  readonly #secret: Uint8Array | undefined
  readonly #joined: Deferred<void> = new Deferred()
  readonly #serving: Deferred<number> = new Deferred()
  readonly #stopped: Deferred<Failure | undefined> = new Deferred()
  readonly #exited: Deferred<void> = new Deferred()
  #handedOver: Deferred<Server | undefined> | undefined
  /** It has no listener any more. */
  hasHandedOver = false

  constructor(
    boot: Omit<Boot, 'port'>,
    start: StartHost,
    events: MemberEvents,
    secret?: Uint8Array,
  ) {
    this.#secret = secret
    this.id = boot.id
    this.generation = boot.generation
    this.memory = boot.memory
    // Whoever is interested asks for them in time; the exit is told to the supervisor anyway.
    this.#joined.future.ignore()
    this.#serving.future.ignore()
    this.#host = start(boot, {
      onReport: (report) => this.#onReport(report, events),
      onExit: (reason) => this.#onExit(reason, events),
    })
  }

  /** Milliseconds its event loop has waited for something to do; undefined if nobody outside can tell. */
  idleMs(): number | undefined {
    return this.#host.idleMs()
  }

  /** Its app has started; fails if it could not, or if the thread ended before. */
  get joined(): Future<void> {
    return this.#joined.future
  }

  /** Gives the port it serves; fails as {@link joined} does. */
  get serving(): Future<number> {
    return this.#serving.future
  }

  /** It is closed; gives what its stop hooks failed with. Ready when the thread ends, too. */
  get stopped(): Future<Failure | undefined> {
    return this.#stopped.future
  }

  /** Its thread has ended. */
  get exited(): Future<void> {
    return this.#exited.future
  }

  /** Of its thread, also after that has ended; none if it is a process. */
  get threadId(): number | undefined {
    return this.#host.threadId
  }

  listen(target: ListenTarget): void {
    const { server } = target.kind === 'server' ? target : { server: undefined }
    this.send({ type: 'listen', target, secret: this.#secret }, server)
  }

  /** Takes the listening server from it; undefined if it has none, or dies. */
  handOver(): Future<Server | undefined> {
    this.#handedOver ??= new Deferred()
    if (this.state === 'gone') this.#handedOver.resolve(undefined)
    else this.send({ type: 'hand-over' })
    return this.#handedOver.future
  }

  drain(timeoutMs: number): void {
    if (this.state === 'gone') return
    this.state = 'draining'
    this.send({ type: 'drain', timeoutMs })
  }

  send(command: Command, handle?: Handle): void {
    this.#host.send(command, handle)
  }

  kill(): void {
    if (this.state !== 'gone') this.state = 'draining'
    this.#host.kill()
  }

  #onReport(report: Report, events: MemberEvents): void {
    switch (report.type) {
      case 'joined':
        this.#joined.resolve()
        return
      case 'serving':
        this.#serving.resolve(report.port)
        return
      case 'numbers':
        this.memory = Uint8Array.from(report.cells).buffer
        return
      case 'failed':
        this.#fail(deserializeError(report.reason))
        return
      case 'handed-over':
        this.hasHandedOver = report.server !== undefined
        this.#handedOver?.resolve(report.server)
        return
      case 'stopped':
        this.#stopped.resolve(report.failure && { reason: deserializeError(report.failure.reason) })
        return
      default:
        events.onRequest(this, report)
    }
  }

  #onExit(reason: ReactorExitError, events: MemberEvents): void {
    this.#fail(reason)
    this.#handedOver?.resolve(undefined)
    events.onExit(this, reason)
    this.state = 'gone'
    this.#stopped.resolve(undefined)
    this.#exited.resolve()
  }

  #fail(reason: unknown): void {
    this.#joined.reject(reason)
    this.#serving.reject(reason)
  }
}
