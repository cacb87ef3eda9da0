import { randomUUID } from 'node:crypto'
import { systemClock, type Timer } from '../../src/future/index.ts'
import { type Dependency, dep } from '../../src/index.ts'
import { publish, Reactor, subscribe } from '../../src/reactor/index.ts'
import { broadcast } from '../../src/websocket/index.ts'
import { type Member, otherOf, type Visitor, winsOver } from './member.ts'
import { encodeFrame } from './protocol.ts'

const TOPIC = 'chat presence'
/** Changes of so long go out together: a hundred who reconnect are one frame, not a hundred. */
const GATHER_MS = 20
const MAX_NAMES = 200

/** What one reactor tells the others: who is in its rooms. Complete, so that none depends on another. */
interface Report {
  readonly core: number
  /** Of a life of the reactor; a successor's is higher. */
  readonly startedNs: number
  readonly rooms: readonly (readonly [room: string, members: readonly Member[]])[]
  /** It has just started, knows nobody, and has no one of an earlier life. */
  readonly isNew?: boolean
}

interface Neighbour {
  readonly startedNs: number
  readonly rooms: Map<string, readonly Member[]>
}

/**
 * Who is in the rooms of all reactors.
 *
 * Each reactor has the whole list, and answers from it: its own visitors, and the last report of each
 * other reactor for each room. All see the same as soon as the reports are through.
 */
export class Presence {
  readonly #core: number
  readonly #startedNs = Reactor.nowNs()
  readonly #visitors = new Map<string, Map<Visitor, Member>>()
  readonly #neighbours = new Map<number, Neighbour>()
  /** Rooms whose visitors here have changed, and rooms about which the visitors here are to be told. */
  readonly #unreported = new Set<string>()
  readonly #untold = new Set<string>()
  #timer: Timer | undefined
  #subscription: Disposable | undefined

  /** @param core - whose visitors these are; another one than ours only in tests */
  constructor(core: number = Reactor.coreId) {
    this.#core = core
  }

  /** Takes part: asks the others for their visitors. */
  start(): void {
    this.#subscription = subscribe<Report>(TOPIC, (report) => this.#take(report))
    this.#report([], true)
  }

  /** Leaves: takes the visitors off the lists of the others. */
  stop(): void {
    this.#timer?.cancel()
    this.#subscription?.[Symbol.dispose]()
    this.#report([...this.#visitors.keys()].map((room) => [room, []] as const))
  }

  /** @returns the topic of a room's presence frames for sockets of this reactor */
  topicOf(room: string): string {
    return `chat presence ${this.#core} ${room}`
  }

  /** @returns false if somebody else in the room has the name */
  join(room: string, visitor: Visitor): boolean {
    const { name, session } = visitor
    const member: Member = { name, session, sinceNs: Reactor.nowNs(), id: randomUUID() }
    if (otherOf(member, this.#members(room)) !== undefined) return false
    const visitors = this.#visitors.get(room) ?? new Map<Visitor, Member>()
    this.#visitors.set(room, visitors.set(visitor, member))
    this.#changed(room)
    return true
  }

  leave(room: string, visitor: Visitor): void {
    const visitors = this.#visitors.get(room)
    if (visitors?.delete(visitor) !== true) return
    if (visitors.size === 0) this.#visitors.delete(room)
    this.#changed(room)
  }

  /** @returns the names in a room, each once, in alphabetical order */
  namesIn(room: string): string[] {
    return [...new Set(this.#members(room).map(({ name }) => name))].toSorted((a, b) =>
      a.localeCompare(b),
    )
  }

  /** @returns the presence frame of a room */
  frameOf(room: string): string {
    const names = this.namesIn(room)
    return encodeFrame({
      type: 'presence',
      names: names.slice(0, MAX_NAMES),
      count: names.length,
    })
  }

  #members(room: string): Member[] {
    const here = this.#visitors.get(room)?.values() ?? []
    const there = [...this.#neighbours.values()].flatMap(({ rooms }) => rooms.get(room) ?? [])
    return [...here, ...there]
  }

  #changed(room: string): void {
    this.#unreported.add(room)
    this.#tellLater(room)
  }

  #tellLater(room: string): void {
    this.#untold.add(room)
    this.#timer ??= systemClock.setTimer(GATHER_MS, () => this.#tell())
  }

  #tell(): void {
    this.#timer = undefined
    if (this.#unreported.size > 0)
      this.#report([...this.#unreported].map((room) => this.#own(room)))
    this.#unreported.clear()
    for (const room of this.#untold) {
      if (this.#visitors.has(room)) broadcast(this.topicOf(room), this.frameOf(room))
    }
    this.#untold.clear()
  }

  #own(room: string): readonly [string, readonly Member[]] {
    return [room, [...(this.#visitors.get(room)?.values() ?? [])]]
  }

  #report(rooms: Report['rooms'], isNew = false): void {
    const report: Report = { core: this.#core, startedNs: this.#startedNs, rooms, isNew }
    publish(TOPIC, report)
  }

  #take({ core, startedNs, rooms, isNew }: Report): void {
    // Its own reports, and, in a rolling restart, those of the other life of its core.
    if (core === this.#core) return
    const neighbour = this.#neighbourOf(core, startedNs)
    if (neighbour === undefined) return
    for (const [room, members] of rooms) {
      if (members.length === 0) neighbour.rooms.delete(room)
      else neighbour.rooms.set(room, members)
      this.#yieldNames(room, members)
      this.#tellLater(room)
    }
    if (isNew === true) this.#report([...this.#visitors.keys()].map((room) => this.#own(room)))
  }

  /** @returns undefined if a later life of that core has reported already */
  #neighbourOf(core: number, startedNs: number): Neighbour | undefined {
    const known = this.#neighbours.get(core)
    if (known !== undefined && known.startedNs >= startedNs) {
      return known.startedNs === startedNs ? known : undefined
    }
    for (const room of known?.rooms.keys() ?? []) this.#tellLater(room)
    const neighbour: Neighbour = { startedNs, rooms: new Map() }
    this.#neighbours.set(core, neighbour)
    return neighbour
  }

  /** Two who took the same name at the same moment, on two reactors: the earlier one keeps it. */
  #yieldNames(room: string, members: readonly Member[]): void {
    for (const [visitor, member] of this.#visitors.get(room) ?? []) {
      const other = otherOf(member, members)
      if (other !== undefined && winsOver(other, member)) visitor.giveUpName()
    }
  }
}

/** One in each reactor, as long as the app runs. */
export function presenceOf(): Dependency<Presence> {
  return dep({ scope: 'core' }, async function* presence() {
    const own = new Presence()
    own.start()
    try {
      yield own
    } finally {
      own.stop()
    }
  })
}
