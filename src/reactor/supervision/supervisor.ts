import type { Socket } from 'node:net'
import { Deferred, Future, whenAll } from '../../future/index.ts'
import { messageOf, ReactorCrashLoopError } from '../errors.ts'
import type { Address, ListenTarget, Reading, Report } from '../membership/messages.ts'
import { Mesh } from '../mesh/mesh.ts'
import { currentMesh, joinMesh } from '../mesh/mesh-current.ts'
import { createMeshMemory, type MeshMemory } from '../mesh/mesh-memory.ts'
import type { ReactorStats } from '../sight/reactor-stats.ts'
import { Watch } from '../sight/watch.ts'
import { type CoreContext, CoreSlot } from './core-slot.ts'
import { Gathering } from './gathering.ts'
import type { StartHost } from './host.ts'
import { Member, type MemberEvents } from './member.ts'
import type { SupervisionSettings } from './supervision-options.ts'

/** Somebody who accepts connections for the reactors, on the thread of the supervisor. */
export interface Acceptor {
  readonly port: number
  close(): void
}

export interface SupervisorOptions {
  readonly count: number
  readonly address: Address
  readonly settings: SupervisionSettings
  readonly startHost: StartHost
  /** Given to each reactor; plain data. */
  readonly setup: unknown
  /** Known to all reactors, and to nobody else. */
  readonly secret?: Uint8Array
  /** Opens the memory that a reactor keeps its numbers in; none if it is a process of its own. */
  readonly createMemory: (() => SharedArrayBuffer) | undefined
  /** Told when a reactor has ended, whose numbers are final then. */
  readonly onEnd: (member: Member) => void
  /**
   * How connections come to the reactors: each listens itself (`listen`), with or without
   * `reusePort`, or the supervisor accepts and `choose` says who gets the connection.
   */
  readonly distribution:
    | { readonly kind: 'listen'; readonly reusePort: boolean; readonly movesListeners: boolean }
    | {
        readonly kind: 'transfer'
        readonly listen: (onAccept: (socket: Socket) => void) => Future<Acceptor>
        readonly choose: (members: readonly Member[]) => Member | undefined
      }
}

/** The supervisor's part of the calls between cores. */
interface Network {
  readonly memory: MeshMemory
  readonly mesh: Mesh
}

function openNetwork(count: number): Network {
  const memory = createMeshMemory(count)
  // A thread may watch over a second group of reactors: it calls those of the first only.
  const isTaken = currentMesh()?.hasLeft === false
  return { memory, mesh: isTaken ? new Mesh(memory, count) : joinMesh(memory, count) }
}

/** How long a reactor may take to finish what it has, where nobody said another time. */
export const DRAIN_TIMEOUT_MS = 10_000
/** How long the others may take when the supervisor has given up on one. */
const GIVE_UP_TIMEOUT_MS = 1_000
/** Connections that wait while no reactor serves; more are refused. */
const MAX_WAITING = 1024

/**
 * Starts reactors, watches over them, replaces those that die, and closes them all.
 *
 * It serves no request itself: its thread must stay free to answer when reactors are busy.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #cores: readonly CoreSlot[]
  readonly #gathering: Gathering
  readonly #network: Network | undefined
  readonly #watch: Watch | undefined
  readonly #closed: Deferred<void> = new Deferred()
  readonly #members: Set<Member> = new Set()
  #waiting: Socket[] = []
  #acceptor: Acceptor | undefined
  #port = 0
  #isClosing = false
  #closing: Future<void> | undefined
  #reloading: Future<void> = Future.ready()

  private constructor(options: SupervisorOptions) {
    this.#options = options
    // Processes share no memory, and so have no rings to call each other through.
    if (options.createMemory !== undefined) {
      this.#network = openNetwork(options.count)
      this.#watch = new Watch(options.count, options.settings)
    }
    const context = this.#coreContext()
    this.#cores = Array.from({ length: options.count }, (_, id) => new CoreSlot(id, context))
    this.#gathering = new Gathering(() => this.#cores.map(({ member }) => member))
    this.#closed.future.ignore()
  }

  /**
   * Starts all reactors, side by side.
   *
   * @returns the supervisor when all of them serve; fails with {@link ReactorStartError} if one of
   * them cannot, after all are ended
   */
  static start(options: SupervisorOptions): Future<Supervisor> {
    return Future.from(new Supervisor(options).#start())
  }

  /** 0 for a Unix socket. */
  get port(): number {
    return this.#port
  }

  /** One for each core, in the order of their ids. */
  get cores(): readonly CoreSlot[] {
    return this.#cores
  }

  /** Reactors that live, also those that drain to make room for a new one. */
  get members(): ReadonlySet<Member> {
    return this.#members
  }

  /** What the reactors have written down of themselves; nothing of those that are processes. */
  stats(): readonly ReactorStats[] {
    return this.#watch?.stats() ?? []
  }

  /** Ready when everything is closed; fails with {@link ReactorCrashLoopError} if given up. */
  get closed(): Future<void> {
    return this.#closed.future
  }

  /** Asks the collector `name` of every reactor; see `Collector`. */
  gather(name: string, timeoutMs: number): Future<readonly Reading<unknown>[]> {
    return this.#gathering.gather(name, timeoutMs)
  }

  /**
   * Replaces the reactors one by one with new ones, which load the code as it is now. The new one
   * takes over the listening socket, the old one finishes what it has: no connection is refused.
   *
   * @param timeoutMs - connections of an old reactor still open then are cut off
   * @returns fails with {@link ReactorStartError} if the new code does not start: that reactor and
   * those after it go on with the old code
   */
  reload(timeoutMs: number): Future<void> {
    // One at a time, in the order of the calls: a later call may mean later code.
    const run = (): Future<void> => Future.from(this.#reload(timeoutMs))
    this.#reloading = this.#reloading.then(run, run)
    return this.#reloading
  }

  /**
   * Drains and ends all reactors, under one deadline.
   *
   * @returns fails with the first failure of their stop hooks; the same future if called again
   */
  close(timeoutMs: number): Future<void> {
    this.#closing ??= Future.from(this.#close(timeoutMs)).finally(() => {
      this.#closed.resolve()
    })
    return this.#closing
  }

  #coreContext(): CoreContext {
    return {
      settings: this.#options.settings,
      spawn: (core, generation) => this.#spawn(core, generation),
      target: (old) => this.#target(old),
      onServing: (member, port) => {
        this.#port = port
        this.#watch?.onServing(member)
        for (const socket of this.#waiting.splice(0)) this.#pass(socket)
      },
      onGiveUp: (core, crashes, reason) => {
        const { windowMs } = this.#options.settings
        this.#closed.reject(new ReactorCrashLoopError(core.id, crashes, windowMs, reason))
        this.close(GIVE_UP_TIMEOUT_MS).ignore()
      },
    }
  }

  async #start(): Promise<Supervisor> {
    try {
      const { distribution } = this.#options
      if (distribution.kind === 'transfer') {
        this.#acceptor = await distribution.listen((socket) => this.#pass(socket))
        this.#port = this.#acceptor.port
      }
      // All load side by side; the first one finds the port that the others take.
      const first = new Deferred<void>()
      first.future.ignore()
      await whenAll(
        this.#cores.map((core) => {
          const started = core.start(core.id === 0 ? undefined : first.future)
          if (core.id === 0) first.resolve(started)
          return started
        }),
      )
      return this
    } catch (reason) {
      this.#acceptor?.close()
      this.#stopStarting()
      for (const member of this.#members) member.kill()
      await whenAll([...this.#members].map((member) => member.exited))
      this.#network?.mesh.leave()
      this.#watch?.close()
      throw reason
    }
  }

  #spawn(core: CoreSlot, generation: number): Member {
    const { startHost, createMemory, setup, secret, onEnd } = this.#options
    const memory = createMemory?.()
    const mesh = this.#network?.memory
    const stats = this.#watch?.memory
    const shared =
      memory === undefined || mesh === undefined || stats === undefined
        ? undefined
        : { memory, mesh, stats }
    const boot = { id: core.id, count: this.#cores.length, generation, setup, ...shared }
    const events: MemberEvents = {
      onRequest: (from, report) => this.#onRequest(from, report),
      onExit: (ended, reason) => {
        this.#members.delete(ended)
        this.#watch?.onEnd(ended)
        if (ended.threadId !== undefined) this.#network?.mesh.evict(ended.threadId)
        this.#gathering.forget(ended)
        onEnd(ended)
        core.onExit(ended, reason)
      },
    }
    const member = new Member(boot, startHost, events, secret)
    this.#members.add(member)
    return member
  }

  async #target(old: Member | undefined): Promise<ListenTarget> {
    const { distribution, address } = this.#options
    const port = this.#port
    if (distribution.kind === 'transfer') return { kind: 'connections', port }
    const server = distribution.movesListeners ? await old?.handOver() : undefined
    if (server !== undefined) return { kind: 'server', server, port }
    const { reusePort } = distribution
    return { kind: 'address', address: port === 0 ? address : { ...address, port }, reusePort }
  }

  async #reload(timeoutMs: number): Promise<void> {
    for (const core of this.#cores) await core.replace(timeoutMs)
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#acceptor?.close()
    this.#stopStarting()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
    const ends = Array.from(this.#members, (member) =>
      Future.from(this.#cores[member.id]!.end(member, timeoutMs)),
    )
    const failures = await whenAll(ends)
    this.#network?.mesh.leave()
    this.#watch?.close()
    const failure = failures.find((each) => each !== undefined)
    if (failure !== undefined) throw failure.reason
  }

  #stopStarting(): void {
    this.#isClosing = true
    for (const core of this.#cores) core.close()
  }

  #onRequest(member: Member, report: Report): void {
    switch (report.type) {
      case 'collected':
        this.#gathering.onReading(report.request, report.reading)
        return
      case 'gather':
        this.#gathering.answer(member, report)
        return
      case 'reload':
        this.reload(DRAIN_TIMEOUT_MS).catch((reason) => {
          if (!this.#isClosing) console.error(`fasterapi: cannot reload: ${messageOf(reason)}`)
        })
        return
      case 'close':
        this.close(report.timeoutMs).ignore()
        return
    }
  }

  /** Gives a connection to a reactor, or keeps it until one serves. */
  #pass(socket: Socket): void {
    const { distribution } = this.#options
    if (distribution.kind !== 'transfer') return
    const serving = this.#cores.flatMap(({ member }) => member ?? [])
    const member = distribution.choose(serving)
    if (member !== undefined) {
      member.connectionsSent++
      member.send({ type: 'connection', socket }, socket)
    } else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(socket)
    else socket.destroy()
  }
}
