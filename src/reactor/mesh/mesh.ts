import { MessageChannel, type MessagePort, type Transferable, threadId } from 'node:worker_threads'
import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import { atEndOfTurn, type Task } from '../../core/run-queue.ts'
import { Deferred } from '../../future/deferred.ts'
import { Future } from '../../future/future.ts'
import { createLinks } from './create-links.ts'
import { Inbox } from './inbox.ts'
import type { Link } from './link.ts'
import { ReactorGoneError } from './mesh-errors.ts'
import type { MeshMemory } from './mesh-memory.ts'
import { type MeshOptions, readMeshOptions } from './mesh-options.ts'
import { PlaceTable } from './place-table.ts'
import { handOverPort, onPortHandover, type PortHandover } from './port-handover.ts'
import { onRegistered } from './remote-registry.ts'
import { InterestRow, interestBit } from './topic-interest.ts'
import { TurnLoop } from './turn-loop.ts'

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

/** When a quarter of a ring is filled within a turn the reader may begin. */
const PUBLISH_PARTS = 4

/**
 * One core's part of the network of all cores: its rings, the calls that are under way, and who is there.
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
  readonly #turns: TurnLoop
  readonly #keepAlive = new MessageChannel()
  /** The same on all cores of a process, and on no other process. */
  readonly name: string
  readonly #interest: InterestRow
  readonly #stopListening: readonly (() => void)[]
  readonly #flushTask: Task = { run: () => this.#flush() }
  readonly #wake = (link: Link) => this.#wakeOther(link)
  readonly #joins = new Map<number, Deferred<void>>()
  #dirty: Link[] = []
  #version = -1
  #waiting = 0
  #batches = 0
  #wakeUps = 0
  #isFlushPending = false
  #hasLeft = false

  /** Use {@link joinMesh} for the mesh of this thread. */
  constructor(memory: MeshMemory, core: number, options: MeshOptions = {}) {
    const settings = readMeshOptions(options)
    this.core = integerOption('core', core, core, 0, memory.count)
    this.count = memory.count
    this.name = memory.name
    this.#table = new PlaceTable(memory)
    this.#place = this.#table.take(core, threadId)
    this.#generation = this.#table.generationOf(this.#place)
    this.#inbox = new Inbox(core, this.#generation, settings.isLoading)
    this.#links = createLinks(memory, this.#place, this.#generation, settings, {
      onPosted: (link) => this.#noteDirty(link),
      onWaiting: (change) => this.#noteWaiting(change),
      onPort: (link, port) => this.#handOver(link, port),
    })
    this.#keepAlive.port1.unref()
    this.#stopListening = [
      onRegistered(() => this.#inbox.retryParked()),
      onPortHandover(memory.name, (handover) => this.#adopt(handover)),
    ]
    this.#interest = new InterestRow(memory, this.#place)
    this.#interest.take()
    this.#table.announce(core, this.#place)
    this.#refresh()
    this.#turns = new TurnLoop(this.#table, this.#place, settings.idleTurns, {
      readAll: () => this.#readAll(),
      hasWork: () => this.#hasWork(),
    })
    this.#turns.continue()
  }

  /** Calls of functions that are unknown are errors from now on: all modules are loaded. */
  loaded(): void {
    this.#inbox.loaded()
  }

  /**
   * Calls a remote function on another core. A core that never had a reactor is waited for.
   *
   * @param transfer - what moves there instead of being copied
   * @returns fails with what the function fails with; with {@link ReactorGoneError} if the reactor has
   *   ended, or does before it answers; with `MessageError` or `LimitError` if the call cannot be sent
   * @throws {OptionError} if `core` is not the id of another core
   */
  call(
    core: number,
    functionId: number,
    args: readonly unknown[],
    transfer?: readonly Transferable[],
  ): Future<unknown> {
    const link = this.#route(core)
    if (link !== undefined) return link.call(functionId, args, transfer)
    return this.whenJoined(core).then(() => this.call(core, functionId, args, transfer))
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

  /** @returns the other reactors that have a subscriber of the topic, and perhaps one that has none */
  interestedIn(topic: string): number[] {
    const bit = interestBit(topic)
    const cores: number[] = []
    for (let core = 0; core < this.count; core++) {
      if (core !== this.core && this.#routes[core]?.interest.has(bit) === true) cores.push(core)
    }
    return cores
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
    this.#turns.end()
    this.#routes.length = 0
    for (const stop of this.#stopListening) stop()
    this.#interest.giveUp()
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

  #handOver(link: Link, port: MessagePort): void {
    const { generation } = link
    const threadOf = this.#table.threadOf(link.place)
    const handover: PortHandover = {
      fasterapiMesh: this.name,
      place: this.#place,
      generation: this.#generation,
      port,
    }
    handOverPort(threadOf, handover, (isThere) => {
      if (link.generation === generation) link.connected(isThere)
    })
  }

  #adopt({ place, generation, port }: PortHandover): void {
    this.#refresh()
    const link = this.#links.find((each) => each.place === place)
    if (link?.generation === generation) link.transfers.adopt(port)
    else port.close()
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

  #readAll(): boolean {
    this.#refresh()
    const before = this.#inbox.received
    let hasMore = false
    for (const link of this.#links) {
      if (this.#inbox.read(link, this.#wake)) hasMore = true
      if (link.outbox.queued > 0) this.#flushLink(link)
    }
    return hasMore || this.#inbox.received !== before
  }

  #hasWork(): boolean {
    if (this.#table.version !== this.#version) return true
    return this.#links.some(({ reader, outbox }) => outbox.askForRoom() || reader.refresh())
  }
}
