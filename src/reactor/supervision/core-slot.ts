import { systemClock, type Timer } from '../../core/clock.ts'
import { Future, timeoutAsync } from '../../future/index.ts'
import { ReactorExitError, ReactorStartError, ReactorStateError } from '../errors.ts'
import type { Failure, ListenTarget } from '../membership/messages.ts'
import type { Member } from './member.ts'
import { RestartPolicy } from './restart-policy.ts'
import type { SupervisionSettings } from './supervision-options.ts'

/** What a core needs from the supervisor. */
export interface CoreContext {
  readonly settings: SupervisionSettings
  spawn(core: CoreSlot, generation: number): Member
  /** Where a new reactor listens; `old` is the one it replaces. */
  target(old: Member | undefined): Promise<ListenTarget>
  /** A reactor of the core serves on this port. */
  onServing(member: Member, port: number): void
  /** The reactor has died too often. */
  onGiveUp(core: CoreSlot, crashes: number, reason: Error): void
}

/** Beyond the deadline of a drain, before the thread is ended by force. */
const DRAIN_GRACE_MS = 1_000
/** How long a drained reactor may take to end by itself. */
const EXIT_GRACE_MS = 500

/** One core: the reactor that serves on it, and how that comes, goes and is replaced. */
export class CoreSlot {
  readonly id: number
  /** The reactor that serves; undefined before the first does, and while a dead one is awaited. */
  member: Member | undefined
  readonly #context: CoreContext
  readonly #policy: RestartPolicy
  #nextGeneration = 0
  /** The reactor that is being started, until it serves. */
  #successor: Future<void> | undefined
  #restart: Timer | undefined
  #isEnding = false

  constructor(id: number, context: CoreContext) {
    this.id = id
    this.#context = context
    this.#policy = new RestartPolicy(context.settings)
  }

  /** Of the reactor that serves, or has served last: how often it was started again or replaced. */
  generation = 0

  /**
   * Starts a reactor, to take the place of the one that serves, if one does.
   *
   * @param ready - what to wait for between the start of the app and listening
   * @returns ready when it serves; fails with {@link ReactorStartError}, and the reactor is ended
   */
  start(ready?: Future<unknown>): Future<void> {
    const successor = Future.from(this.#bringUp(ready))
    this.#successor = successor
    return successor.finally(() => {
      if (this.#successor === successor) this.#successor = undefined
    })
  }

  /**
   * Puts a reactor with the code as it is now in the place of the one that serves.
   *
   * @returns ready when the old one has ended; fails with {@link ReactorStartError} if the new one
   * does not serve: the old one goes on
   */
  async replace(timeoutMs: number): Promise<void> {
    if (this.#isEnding) throw new ReactorStateError('The reactors are closing')
    // One that is just being started may have loaded the code before it was changed.
    await this.#successor?.catch(() => {})
    this.#restart?.cancel()
    this.#restart = undefined
    const old = this.member
    try {
      await this.start()
    } catch (reason) {
      // The rare new reactor that dies with the old one's listener in its hands leaves a core without.
      if (old?.hasHandedOver === true) {
        this.member = undefined
        void this.end(old, timeoutMs)
      }
      if (this.member === undefined) this.#restartAfter(reason as Error)
      throw reason
    }
    if (old !== undefined) await this.end(old, timeoutMs)
  }

  /** Starts no more reactors. */
  close(): void {
    this.#isEnding = true
    this.#restart?.cancel()
  }

  /** Called when a reactor of this core has ended, with `state` as it was. */
  onExit(member: Member, reason: ReactorExitError): void {
    if (member.state !== 'serving') return
    this.member = undefined
    if (this.#successor === undefined) this.#restartAfter(reason)
    else this.#context.settings.onExit({ reactor: this.id, reason, restartsInMs: 0 })
  }

  /** Drains a reactor and sees to it that it ends. @returns what its stop hooks failed with */
  async end(member: Member, timeoutMs: number): Promise<Failure | undefined> {
    if (member.state === 'starting') member.kill()
    else member.drain(timeoutMs)
    const limitMs = timeoutMs + DRAIN_GRACE_MS
    const failure = await timeoutAsync(member.stopped, limitMs, { what: 'The drain' }).catch(
      (reason): Failure => ({ reason }),
    )
    await timeoutAsync(member.exited, EXIT_GRACE_MS).catch(() => member.kill())
    await member.exited
    return failure
  }

  async #bringUp(ready: Future<unknown> | undefined): Promise<void> {
    const { startTimeoutMs } = this.#context.settings
    const member = this.#context.spawn(this, this.#nextGeneration++)
    try {
      await timeoutAsync(member.joined, startTimeoutMs, { what: 'Loading and starting the app' })
      await ready
      member.listen(await this.#context.target(this.member))
      const port = await timeoutAsync(member.serving, startTimeoutMs, { what: 'Listening' })
      if (member.state !== 'starting') throw new ReactorExitError('it ended when it began to serve')
      member.state = 'serving'
      this.member = member
      this.generation = member.generation
      this.#context.onServing(member, port)
    } catch (reason) {
      member.kill()
      throw new ReactorStartError(this.id, reason)
    }
  }

  #restartAfter(reason: Error): void {
    if (this.#isEnding) return
    const { settings } = this.#context
    const restartsInMs = this.#policy.onCrash(performance.now())
    settings.onExit({ reactor: this.id, reason, restartsInMs })
    if (restartsInMs === undefined) {
      this.#context.onGiveUp(this, this.#policy.recentCrashes, reason)
      return
    }
    this.#restart = systemClock.setTimer(restartsInMs, () => {
      this.#restart = undefined
      this.start()
        .catch((error) => this.#restartAfter(error as Error))
        .ignore()
    })
  }
}
