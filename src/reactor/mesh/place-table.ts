import { LimitError } from '../../core/errors.ts'
import { LINE_BYTES, type MeshMemory } from './mesh-memory.ts'

const WORDS_PER_LINE = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT
const VERSION = 0
const CORES = WORDS_PER_LINE

/** Words of a place, in its first line. */
const GENERATION = 0
const CORE = 1
const THREAD = 2
/** In a line of its own: the flag that says that the reactor sleeps. */
const SLEEPING = WORDS_PER_LINE

const NEVER_JOINED = 0
const GONE = -1
/** A generation counts the steps free, taken, leaving; the next free one is {@link STEPS} further. */
const STEPS = 4
const FREE = 0
const TAKEN = 1
/** A generation is sent with each message in 16 bits. */
const GENERATION_MASK = 0xffff

/**
 * Who sits where: the control words of a mesh.
 *
 * A reactor takes a place when it joins, and the place has a new generation each time it is taken or
 * given up. Messages name the generation they are for, so that a successor never
 * takes what was meant for its predecessor. A core's entry points to the place of its newest reactor;
 * one that is being replaced keeps its place, and answers, until it leaves.
 */
export class PlaceTable {
  readonly #words: Int32Array
  readonly #places: number
  readonly #firstPlace: number

  constructor(memory: MeshMemory) {
    this.#words = new Int32Array(memory.control)
    this.#places = memory.places
    this.#firstPlace = CORES + Math.ceil((memory.count + 1) / WORDS_PER_LINE) * WORDS_PER_LINE
  }

  /** Changes whenever a reactor joins or leaves. */
  get version(): number {
    return Atomics.load(this.#words, VERSION)
  }

  /**
   * Takes a free place for the reactor of `core`; {@link announce} makes it known.
   *
   * @throws {LimitError} if there is none
   */
  take(core: number, threadId: number): number {
    for (let place = 0; place < this.#places; place++) {
      const word = this.#word(place, GENERATION)
      const generation = Atomics.load(this.#words, word)
      const isFree = generation % STEPS === FREE
      if (isFree && this.#exchange(word, generation, generation + TAKEN)) {
        Atomics.store(this.#words, this.#word(place, CORE), core)
        Atomics.store(this.#words, this.#word(place, THREAD), threadId)
        Atomics.store(this.#words, this.#word(place, SLEEPING), 0)
        return place
      }
    }
    throw new LimitError('The mesh', this.#places)
  }

  /** From now on calls to `core` go to `place`. */
  announce(core: number, place: number): void {
    Atomics.store(this.#words, CORES + core, place + 1)
    this.#change()
  }

  /** Gives up a place, if it still is of that generation. */
  giveUp(place: number, generation: number): void {
    const core = this.coreOf(place)
    const word = this.#word(place, GENERATION)
    const current = Atomics.load(this.#words, word)
    if ((current & GENERATION_MASK) !== generation) return
    // Its reactor and the supervisor may do this at the same time: one of them does it.
    if (!this.#exchange(word, current, current + 1)) return
    this.#exchange(CORES + core, place + 1, GONE)
    Atomics.store(this.#words, word, (current - TAKEN + STEPS) | 0)
    this.#change()
  }

  /** @returns the places that the thread has taken */
  placesOf(threadId: number): number[] {
    return Array.from({ length: this.#places }, (_, place) => place).filter(
      (place) => this.isTaken(place) && this.threadOf(place) === threadId,
    )
  }

  /** @returns the place of the core's newest reactor; `undefined` if it has none */
  placeOf(core: number): number | undefined {
    const entry = Atomics.load(this.#words, CORES + core)
    return entry > 0 ? entry - 1 : undefined
  }

  /** Whether the core never had a reactor: it is still starting. */
  isAwaited(core: number): boolean {
    return Atomics.load(this.#words, CORES + core) === NEVER_JOINED
  }

  /** The generation as messages name it. */
  generationOf(place: number): number {
    return Atomics.load(this.#words, this.#word(place, GENERATION)) & GENERATION_MASK
  }

  isTaken(place: number): boolean {
    return Atomics.load(this.#words, this.#word(place, GENERATION)) % STEPS === TAKEN
  }

  /** Of the reactor at the place, while it is taken. */
  threadOf(place: number): number {
    return Atomics.load(this.#words, this.#word(place, THREAD))
  }

  coreOf(place: number): number {
    return Atomics.load(this.#words, this.#word(place, CORE))
  }

  /** Says that the reactor of `place` is about to sleep; it has to look for work once more afterwards. */
  markSleeping(place: number): void {
    Atomics.store(this.#words, this.#word(place, SLEEPING), 1)
  }

  markAwake(place: number): void {
    Atomics.store(this.#words, this.#word(place, SLEEPING), 0)
  }

  /** @returns settles when somebody wakes the place; `undefined` if somebody has already */
  sleep(place: number): Promise<unknown> | undefined {
    const wait = Atomics.waitAsync(this.#words, this.#word(place, SLEEPING), 1)
    return wait.async ? wait.value : undefined
  }

  /**
   * Wakes the reactor of `place` if it sleeps.
   *
   * @returns whether it slept, and nobody else has woken it
   */
  wake(place: number): boolean {
    const word = this.#word(place, SLEEPING)
    if (Atomics.load(this.#words, word) !== 1 || !this.#exchange(word, 1, 0)) return false
    Atomics.notify(this.#words, word)
    return true
  }

  #change(): void {
    Atomics.add(this.#words, VERSION, 1)
    for (let place = 0; place < this.#places; place++) this.wake(place)
  }

  #word(place: number, field: number): number {
    return this.#firstPlace + place * 2 * WORDS_PER_LINE + field
  }

  #exchange(word: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, word, from, to) === from
  }
}
