import type { Server, Socket } from 'node:net'
import { Deferred, type Eventual, Future, serializeError } from '../../future/index.ts'
import { messageOf, ReactorStateError } from '../errors.ts'
import { type Boot, boot } from '../identity.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { joinMesh } from '../mesh/mesh-current.ts'
import { createStatsMemory, type ReactorStats, StatsCells } from '../sight/reactor-stats.ts'
import { StatsPublisher } from '../sight/stats-publisher.ts'
import { openControl } from './control.ts'
import type { Command, Failure, ListenTarget, Reading } from './messages.ts'

/** What runs in a reactor: an app with its server, which does as the supervisor says. */
export interface Tenant {
  /** Gets everything ready but the listener. */
  start(): Future<void>
  /**
   * @param secret - known to all reactors of the group
   * @returns the port
   */
  listen(target: ListenTarget, secret: Uint8Array | undefined): Future<number>
  /** Takes a connection that the supervisor has accepted. */
  accept(socket: Socket): void
  /** Gives the listening server away; undefined if there is none. */
  release(): Server | undefined
  /** Finishes what it has, then stops. */
  drain(timeoutMs: number): Future<void>
}

/** The place of this thread in a group of reactors, and its line to the supervisor. */
export class Membership {
  readonly boot: Boot
  readonly #control: ReturnType<typeof openControl>
  readonly #collectors: Map<string, () => Eventual<unknown>> = new Map()
  readonly #questions: Map<number, Deferred<readonly Reading<unknown>[]>> = new Map()
  readonly #serving: Deferred<number> = new Deferred()
  readonly #stopped: Deferred<void> = new Deferred()
  readonly #mesh: Mesh | undefined
  readonly #publisher: StatsPublisher
  #tenant: Tenant | undefined
  #lastRequest = 0

  constructor(me: Boot) {
    this.boot = me
    this.#control = openControl(me)
    // At once: modules may call other cores while they are loaded, and hooks when the app starts.
    if (me.mesh !== undefined) this.#mesh = joinMesh(me.mesh, me.id, { isLoading: true })
    const { stats = createStatsMemory(me.count), id, generation } = me
    this.#publisher = new StatsPublisher(new StatsCells(stats, id, generation))
    this.#stopped.future.ignore()
  }

  /** The numbers of this reactor, as of now. */
  stats(): ReactorStats {
    return this.#publisher.publish()
  }

  /** An app has joined. */
  get isJoined(): boolean {
    return this.#tenant !== undefined
  }

  /** This reactor is drained and closed; fails with the failure of its stop hooks. */
  get stopped(): Future<void> {
    return this.#stopped.future
  }

  /**
   * Starts the tenant, and lets the supervisor say where it listens.
   *
   * @returns the port, when it serves; fails as the tenant does
   * @throws {ReactorStateError} if this reactor has a tenant already
   */
  join(tenant: Tenant): Future<number> {
    if (this.#tenant !== undefined) {
      throw new ReactorStateError(
        'This reactor serves already; a second server of a reactor needs `reactors: 1`',
      )
    }
    this.#tenant = tenant
    this.#control.onCommand((command) => this.#onCommand(tenant, command))
    tenant
      .start()
      .then(
        () => {
          this.#mesh?.loaded()
          this.#control.report({ type: 'joined' })
        },
        (reason) => this.#fail(reason),
      )
      .ignore()
    return this.#serving.future
  }

  addCollector(name: string, collect: () => Eventual<unknown>): void {
    this.#collectors.set(name, collect)
  }

  gather(name: string, timeoutMs: number): Future<readonly Reading<unknown>[]> {
    const request = ++this.#lastRequest
    const answer = new Deferred<readonly Reading<unknown>[]>()
    this.#questions.set(request, answer)
    this.#control.report({ type: 'gather', request, name, timeoutMs })
    return answer.future
  }

  /** Sends the numbers of a reactor that shares no memory with its supervisor. */
  reportNumbers(memory: ArrayBuffer): void {
    this.#control.report({ type: 'numbers', cells: new Uint8Array(memory) })
  }

  /** Asks the supervisor to replace all reactors. */
  requestReload(): void {
    this.#control.report({ type: 'reload' })
  }

  /** Asks the supervisor to close all reactors. */
  requestClose(timeoutMs: number): void {
    this.#control.report({ type: 'close', timeoutMs })
  }

  #onCommand(tenant: Tenant, command: Command): void {
    switch (command.type) {
      case 'listen':
        this.#listen(tenant, command.target, command.secret)
        return
      case 'connection':
        tenant.accept(command.socket)
        return
      case 'hand-over':
        this.#handOver(tenant)
        return
      case 'ping':
        return
      case 'drain':
        this.#drain(tenant, command.timeoutMs)
        return
      case 'collect':
        this.#collect(command.request, command.name)
        return
      case 'gathered':
        this.#questions.get(command.request)?.resolve(command.readings)
        this.#questions.delete(command.request)
        return
    }
  }

  #listen(tenant: Tenant, target: ListenTarget, secret: Uint8Array | undefined): void {
    tenant
      .listen(target, secret)
      .then(
        (port) => {
          this.#control.report({ type: 'serving', port })
          this.#serving.resolve(port)
        },
        (reason) => this.#fail(reason),
      )
      .ignore()
  }

  #handOver(tenant: Tenant): void {
    const server = tenant.release()
    this.#control.report({ type: 'handed-over', server }, server)
  }

  #drain(tenant: Tenant, timeoutMs: number): void {
    const end = (failure?: Failure): void => {
      this.#mesh?.leave()
      this.#publisher.close()
      this.#control.report({
        type: 'stopped',
        failure: failure && { reason: serializeError(failure.reason) },
      })
      this.#control.close()
      if (failure === undefined) this.#stopped.resolve()
      else this.#stopped.reject(failure.reason)
    }
    tenant
      .drain(timeoutMs)
      .then(
        () => end(),
        (reason) => end({ reason }),
      )
      .ignore()
  }

  #collect(request: number, name: string): void {
    const reactor = this.boot.id
    const answer = (reading: Reading<unknown>): void => {
      this.#control.report({ type: 'collected', request, reading })
    }
    const fail = (reason: unknown): void => answer({ reactor, failure: messageOf(reason) })
    const collect = this.#collectors.get(name)
    if (collect === undefined) return fail(new ReactorStateError(`it has no collector "${name}"`))
    // Values that cannot be cloned make the report fail.
    Future.try(collect)
      .then((value) => answer({ reactor, value }))
      .catch(fail)
      .ignore()
  }

  #fail(reason: unknown): void {
    this.#control.report({ type: 'failed', reason: serializeError(reason) })
    this.#serving.reject(reason)
  }
}

/** Undefined on a thread that no supervisor started. */
export const membership: Membership | undefined =
  boot === undefined ? undefined : new Membership(boot)
