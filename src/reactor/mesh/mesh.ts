import { MessageChannel, threadId } from 'node:worker_threads'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { atEndOfTurn, enterCallback, leaveCallback, type Task } from '../../core/run-queue.ts'
import { Deferred, Future } from '../../future/future.ts'
import { MAX_CALLS } from './call-table.ts'
import { Inbox } from './inbox.ts'
import { Link, type LinkEvents } from './link.ts'
import { ReactorGoneError } from './mesh-errors.ts'
import type { MeshMemory } from './mesh-memory.ts'
import { MessageEncoder } from './message-encoder.ts'
import { type FrameMemory, Outbox } from './outbox.ts'
import { PlaceTable } from './place-table.ts'
import { onRegistered } from './remote-registry.ts'
import { RingReader, RingWriter } from './ring.ts'
import { SideChannel } from './side-channel.ts'

/** Settings of one core's part of a mesh. */
export interface MeshOptions {
  /** Modules are still being loaded: calls of functions not known yet wait until `loaded()`. */
  readonly isLoading?: boolean
  /** Calls to one other core that may wait for their reply; 65,536 by default. More fail with `LimitError`. */
  readonly maxInFlight?: number
  /** Bytes to one other core that may wait for room in the ring; 64 MiB by default. More calls fail with `LimitError`. */
  readonly maxQueuedBytes?: number
  /**
   * Turns of the event loop in which a core that has nothing to do looks for messages before it
   * sleeps; 0 by default. Each costs CPU time, and a message that comes meanwhile needs no wake-up.
   */
  readonly idleTurns?: number
}

/** Numbers of one core's part of a mesh, since it joined. */
export interface MeshStats {
  /** Messages read, replies included. */
  readonly received: number
  /** Times that messages were shown to another core, many at once. */
  readonly batches: number
  /** Other cores woken from their sleep. */
  readonly wakeUps: number
  /** Calls that wait for their reply now. */
  readonly inFlight: number
  /** Messages that wait for room in a ring now. */
  readonly queued: number
}

const KNOWN = ['isLoading', 'maxInFlight', 'maxQueuedBytes', 'idleTurns'] as const
const DEFAULT_MAX_IN_FLIGHT = 65_536
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024

/** When a quarter of a ring is filled within a turn the reader may begin. */
const PUBLISH_PARTS = 4

/**
 * One core's part of the network of all cores: its rings, and the turns in which they are read.
 *
 * A core that has found nothing sleeps: it says so in shared memory and looks once more, so that a
 * message is either seen or its sender sees the flag and wakes the sleeper. docs/cross-core.md has the
 * model of it, `test/reactor/sleep-model.test.ts` proves it.
 */
export class Mesh implements Disposable {
  readonly core: number
  /** Reactors; ids below it are theirs, and it is itself the id of the supervisor. */
  readonly count: number
  readonly #table: PlaceTable
  readonly #place: number
  readonly #generation: number
  readonly #inbox: Inbox
  readonly #links: readonly Link[]
  /** The links to the newest reactor of each core. */
  readonly #routes: (Link | undefined)[] = []
  readonly #idleTurns: number
  readonly #keepAlive = new MessageChannel()
  readonly #stopListening: () => void
  readonly #flushTask: Task = { run: () => this.#flush() }
  readonly #turn = () => this.#runTurn()
  readonly #wake = (link: Link) => this.#wakeOther(link)
  readonly #joins = new Map<number, Deferred<void>>()
  #dirty: Link[] = []
  #version = -1
  #waiting = 0
  #idle = 0
  #batches = 0
  #wakeUps = 0
  #isFlushPending = false
  #isTurnPending = false
  #hasLeft = false

  /** Use {@link joinMesh} for the mesh of this thread. */
  constructor(memory: MeshMemory, core: number, options: MeshOptions = {}) {
    rejectUnknownOptions('mesh options', options, KNOWN)
    this.core = integerOption('core', core, core, 0, memory.count)
    this.count = memory.count
    this.#idleTurns = integerOption('idleTurns', options.idleTurns, 0)
    const limits = limitsOf(options)
    this.#table = new PlaceTable(memory)
    this.#place = this.#table.take(core, threadId)
    this.#generation = this.#table.generationOf(this.#place)
    this.#inbox = new Inbox(core, this.#generation, options.isLoading === true)
    this.#links = createLinks(memory, this.#place, this.#generation, limits, {
      onPosted: (link) => this.#noteDirty(link),
      onWaiting: (change) => this.#noteWaiting(change),
    })
    this.#keepAlive.port1.unref()
    this.#stopListening = onRegistered(() => this.#inbox.retryParked())
    this.#table.announce(core, this.#place)
    this.#refresh()
    this.#continue()
  }

  /** Calls of functions that are unknown are errors from now on: all modules are loaded. */
  loaded(): void {
    this.#inbox.loaded()
  }

  /**
   * Calls a remote function on another core. A core that never had a reactor is waited for.
   *
   * @returns fails with what the function fails with; with {@link ReactorGoneError} if the reactor has
   *   ended, or does before it answers; with `MessageError` or `LimitError` if the call cannot be sent
   * @throws {OptionError} if `core` is not the id of another core
   */
  call(core: number, functionId: number, args: readonly unknown[]): Future<unknown> {
    const link = this.#route(core)
    if (link !== undefined) return link.call(functionId, args)
    return this.whenJoined(core).then(() => this.call(core, functionId, args))
  }

  /**
   * Calls a remote function without waiting for it.
   *
   * @returns ready as soon as the message is in the ring, nearly always at once; fails as `call` does
   *   if it cannot be sent
   * @throws {OptionError} if `core` is not the id of another core
   */
  send(core: number, functionId: number, args: readonly unknown[]): Future<void> {
    const link = this.#route(core)
    if (link !== undefined) return link.send(functionId, args)
    return this.whenJoined(core).then(() => this.send(core, functionId, args))
  }

  /** Whether the core has a reactor that has joined. */
  isPresent(core: number): boolean {
    return this.#routes[core] !== undefined
  }

  /** @returns ready when the core has a reactor; fails with {@link ReactorGoneError} if it had one that is gone */
  whenJoined(core: number): Future<void> {
    this.#refresh()
    if (this.#routes[core] !== undefined) return Future.ready()
    if (!this.#table.isAwaited(core) || this.#hasLeft) {
      return Future.failed(new ReactorGoneError(core))
    }
    let joining = this.#joins.get(core)
    if (joining === undefined) {
      joining = new Deferred()
      this.#joins.set(core, joining)
      this.#noteWaiting(1)
    }
    return joining.future
  }

  /**
   * Says that a thread has ended, so that calls to its reactor fail and its place is free again; for
   * the supervisor, who is told first.
   *
   * @param thread - `threadId` of the worker while it ran
   */
  evict(thread: number): void {
    for (const place of this.#table.placesOf(thread)) {
      this.#table.giveUp(place, this.#table.generationOf(place))
    }
  }

  /**
   * Leaves: calls that wait for a reply fail with {@link ReactorGoneError}, here and at the others who
   * wait for one from here. A reactor that is replaced goes on answering until it leaves.
   */
  leave(): void {
    if (this.#hasLeft) return
    this.#flush()
    this.#hasLeft = true
    this.#routes.length = 0
    this.#stopListening()
    this.#table.giveUp(this.#place, this.#generation)
    for (const link of this.#links) {
      link.reset(-1)
      link.side.close()
    }
    for (const [core, joining] of this.#joins) joining.reject(new ReactorGoneError(core))
    this.#noteWaiting(-this.#joins.size)
    this.#joins.clear()
    this.#keepAlive.port1.close()
  }

  [Symbol.dispose](): void {
    this.leave()
  }

  get hasLeft(): boolean {
    return this.#hasLeft
  }

  stats(): MeshStats {
    const links = this.#links
    return {
      received: this.#inbox.received,
      batches: this.#batches,
      wakeUps: this.#wakeUps,
      inFlight: links.reduce((sum, { inFlight }) => sum + inFlight, 0),
      queued: links.reduce((sum, { outbox }) => sum + outbox.queued, 0),
    }
  }

  /** @returns undefined if the core has no reactor now */
  #route(core: number): Link | undefined {
    if (!Number.isInteger(core) || core < 0 || core > this.count || core === this.core) {
      throw new OptionError('core', core, `the id of another core, from 0 to ${this.count}`)
    }
    return this.#routes[core]
  }

  /** Looks who has come and who is gone. */
  #refresh(): void {
    const { version } = this.#table
    if (this.#version === version || this.#hasLeft) return
    this.#version = version
    for (const link of this.#links) {
      const generation = this.#table.generationOf(link.place)
      if (link.generation === generation) continue
      link.reset(generation)
      link.core = this.#table.coreOf(link.place)
    }
    for (let core = 0; core <= this.count; core++) {
      const place = this.#table.placeOf(core)
      this.#routes[core] = this.#links.find((link) => link.place === place)
    }
    for (const [core, joining] of this.#joins) {
      if (this.#table.isAwaited(core)) continue
      this.#joins.delete(core)
      this.#noteWaiting(-1)
      joining.resolve()
    }
  }

  #noteDirty(link: Link): void {
    if (!link.isDirty) {
      link.isDirty = true
      this.#dirty.push(link)
    }
    if (link.outbox.unpublished > link.reader.bytes.length / PUBLISH_PARTS) this.#flushLink(link)
    if (this.#isFlushPending) return
    this.#isFlushPending = true
    atEndOfTurn(this.#flushTask)
  }

  /** The process stays alive as long as somebody waits for another core. */
  #noteWaiting(change: number): void {
    const before = this.#waiting
    this.#waiting += change
    if (before === 0 && change > 0) this.#keepAlive.port1.ref()
    else if (this.#waiting === 0 && before > 0) this.#keepAlive.port1.unref()
  }

  #flush(): void {
    this.#isFlushPending = false
    const dirty = this.#dirty
    this.#dirty = []
    for (const link of dirty) {
      link.isDirty = false
      this.#flushLink(link)
    }
  }

  #flushLink(link: Link): void {
    if (this.#hasLeft) return
    this.#refresh()
    if (!link.outbox.flush()) return
    this.#batches++
    this.#wakeOther(link)
  }

  #wakeOther(link: Link): void {
    if (this.#table.wake(link.place)) this.#wakeUps++
  }

  /** One turn: reads what has come, runs what follows from it, sends what that produces. */
  #runTurn(): void {
    this.#isTurnPending = false
    if (this.#hasLeft) return
    let isBusy = false
    enterCallback()
    try {
      this.#refresh()
      isBusy = this.#readAll()
    } finally {
      leaveCallback()
      this.#rest(isBusy)
    }
  }

  #readAll(): boolean {
    const before = this.#inbox.received
    let hasMore = false
    for (const link of this.#links) {
      if (this.#inbox.read(link, this.#wake)) hasMore = true
      if (link.outbox.queued > 0) this.#flushLink(link)
    }
    return hasMore || this.#inbox.received !== before
  }

  #rest(isBusy: boolean): void {
    this.#idle = isBusy ? 0 : this.#idle + 1
    if (isBusy || this.#idle <= this.#idleTurns) this.#continue()
    else this.#sleep()
  }

  #continue(): void {
    if (this.#isTurnPending || this.#hasLeft) return
    this.#isTurnPending = true
    setImmediate(this.#turn)
  }

  #sleep(): void {
    const table = this.#table
    table.markSleeping(this.#place)
    if (this.#hasWork()) {
      table.markAwake(this.#place)
      return this.#continue()
    }
    const woken = table.sleep(this.#place)
    if (woken === undefined) this.#continue()
    else void woken.then(this.#turn)
  }

  #hasWork(): boolean {
    if (this.#table.version !== this.#version) return true
    return this.#links.some(({ reader, outbox }) => outbox.askForRoom() || reader.refresh())
  }
}

/** @throws {OptionError} if a limit is not a whole number in its range */
function limitsOf({ maxInFlight, maxQueuedBytes }: MeshOptions): Limits {
  return {
    maxInFlight: integerOption('maxInFlight', maxInFlight, DEFAULT_MAX_IN_FLIGHT, 1, MAX_CALLS),
    maxQueuedBytes: integerOption('maxQueuedBytes', maxQueuedBytes, DEFAULT_MAX_QUEUED_BYTES, 1),
  }
}

interface Limits {
  readonly maxInFlight: number
  readonly maxQueuedBytes: number
}

function createLinks(
  memory: MeshMemory,
  place: number,
  generation: number,
  { maxInFlight, maxQueuedBytes }: Limits,
  events: LinkEvents,
): readonly Link[] {
  const bytes = Buffer.alloc(memory.ringBytes / 2)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const scratch: FrameMemory = { bytes, view, words }
  const encoder = new MessageEncoder(bytes, view)
  const others = Array.from({ length: memory.places }, (_, index) => index).filter(
    (index) => index !== place,
  )
  return others.map((other) => {
    const pair = `${memory.name}/${Math.min(place, other)}-${Math.max(place, other)}`
    const side = new SideChannel(pair, generation)
    const writer = new RingWriter(memory, place, other)
    const outbox = new Outbox(writer, side, encoder, scratch, maxQueuedBytes)
    const reader = new RingReader(memory, other, place)
    return new Link(other, outbox, reader, side, maxInFlight, events)
  })
}
