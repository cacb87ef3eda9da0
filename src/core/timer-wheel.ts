import { LinkedList } from './linked-list.ts'
import { type ClockTimer, isBefore } from './timer.ts'

/** 32 slots a level, so that one integer tells which of them have timers. */
const SLOTS = 32
const SLOT_MASK = 31
/** Seven levels of 32 slots reach 2^35 ticks ahead, which is over a year of milliseconds. */
const LEVELS = 7
/** Ticks a slot of each level spans. */
const WIDTHS: readonly number[] = Array.from({ length: LEVELS + 1 }, (_, level) => SLOTS ** level)
/** The farthest place; later timers wait there and are placed again. */
const MAX_DISTANCE = SLOTS ** LEVELS - 1
/** Timers that one call of {@link TimerWheel.take} brings to finer levels. */
const TIMERS_PER_STEP = 64

/** The timers of one slot, and which slot that is. */
class Slot extends LinkedList<ClockTimer> {
  level = 0
  /** Of the level's occupied slots; 0 for a slot taken out of the wheel. */
  bit = 0
  #isSorted = true
  #latestMs = Number.MIN_VALUE
  #latestSequence = 0

  add(timer: ClockTimer): void {
    const { deadlineMs, sequence } = timer
    if (this.length === 0) this.#isSorted = true
    else if (
      deadlineMs < this.#latestMs ||
      (deadlineMs === this.#latestMs && ((sequence - this.#latestSequence) | 0) < 0)
    ) {
      this.#isSorted = false
    }
    this.#latestMs = deadlineMs
    this.#latestSequence = sequence
    this.push(timer)
  }

  /** Timers of one tick mostly come in order already. */
  sort(): void {
    if (this.#isSorted) return
    const timers = [...this].toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
    for (const timer of timers) {
      this.remove(timer)
      this.push(timer)
    }
    this.#isSorted = true
  }
}

/**
 * Keeps any number of timers: adding and removing one is O(1), whatever its deadline.
 *
 * Time is counted in ticks, here of one millisecond, rounded up: nothing is due before its deadline.
 * The slots of the finest level hold one tick each, those of the next 32, and so on; when time
 * reaches a slot of a coarse level, its timers move to finer ones. Most timers are cancelled long
 * before and never move. The wheel knows no clock: it is told what time it is.
 *
 * @see seastar `include/seastar/core/timer-set.hh`
 * @see "Hashed and Hierarchical Timing Wheels", G. Varghese and T. Lauck, 1987
 */
export class TimerWheel {
  readonly #slots: Slot[] = Array.from({ length: LEVELS * SLOTS }, createSlot)
  readonly #occupied = new Int32Array(LEVELS)
  /** The present: everything due before this tick has been taken. */
  #tick = 0
  /** No slot is reached before this tick; may be too early after a removal, never too late. */
  #nextTick = Number.POSITIVE_INFINITY
  /** The coarsest level whose slot at the current tick may still have to move. */
  #level = 0
  /** The slot that is moving, out of the wheel: what is added meanwhile belongs to its next round. */
  #moving: Slot = new Slot()
  #length = 0

  get length(): number {
    return this.#length
  }

  /** {@link take} has nothing to do before this tick. */
  get nextTick(): number {
    return this.#nextTick
  }

  /** @param nowMs - the present, never before that of an earlier call */
  add(timer: ClockTimer, nowMs: number): void {
    if (this.#length === 0) this.#reset()
    const nowTick = Math.floor(nowMs)
    // Nothing lies between, so the wheel may turn for free, and near timers are placed near.
    if (nowTick < this.#nextTick && nowTick > this.#tick) this.#tick = nowTick
    this.#length++
    this.#place(timer, Math.max(this.#tick, Math.ceil(timer.deadlineMs)))
  }

  /** @param timer - one of this wheel */
  remove(timer: ClockTimer): void {
    const slot = timer.list as Slot
    slot.remove(timer)
    if (slot.length === 0) this.#clear(slot)
    this.#length--
  }

  /**
   * Takes one step towards `tick`: call it as long as {@link nextTick} is not beyond.
   *
   * @returns a timer that is due, now out of the wheel; undefined when the step was spent on moving
   */
  take(tick: number): ClockTimer | undefined {
    if (this.#level > 0) {
      this.#moveSome()
      return undefined
    }
    const slot = this.#slotOf(this.#tick, 0)
    slot.sort()
    const due = slot.first
    if (due === undefined) this.#turn(tick)
    else this.remove(due)
    return due
  }

  /** Brings the current tick to the next slot with timers, or to `tick` if that is before. */
  #turn(tick: number): void {
    this.#nextTick = this.#findNext()
    if (this.#nextTick > tick) {
      this.#tick = Math.max(this.#tick, tick)
      return
    }
    this.#tick = this.#nextTick
    let level = 0
    while (level + 1 < LEVELS && this.#tick % (WIDTHS[level + 1] as number) === 0) level++
    this.#startLevel(level)
  }

  /** Takes the slot of `level` that begins at the current tick out of the wheel, to be moved. */
  #startLevel(level: number): void {
    this.#level = level
    if (level === 0) return
    const due = this.#slotOf(this.#tick, level)
    const spare = this.#moving
    spare.level = level
    spare.bit = due.bit
    this.#slots[level * SLOTS + this.#indexOf(this.#tick, level)] = spare
    this.#clear(due)
    due.bit = 0
    this.#moving = due
  }

  #moveSome(): void {
    for (let left = TIMERS_PER_STEP; left > 0; left--) {
      const timer = this.#moving.shift()
      if (timer === undefined) return this.#startLevel(this.#level - 1)
      this.#place(timer, Math.ceil(timer.deadlineMs))
    }
  }

  #place(timer: ClockTimer, dueTick: number): void {
    const distance = Math.min(dueTick - this.#tick, MAX_DISTANCE)
    let level = 0
    while (distance >= (WIDTHS[level + 1] as number)) level++
    const tick = this.#tick + distance
    const slot = this.#slotOf(tick, level)
    slot.add(timer)
    this.#occupied[level] = (this.#occupied[level] as number) | slot.bit
    const width = WIDTHS[level] as number
    const beginTick = Math.floor(tick / width) * width
    if (beginTick < this.#nextTick) this.#nextTick = beginTick
  }

  /** Slots are reached in a circle: the first occupied one after the present of each level counts. */
  #findNext(): number {
    let nextTick = Number.POSITIVE_INFINITY
    for (let level = 0; level < LEVELS; level++) {
      const occupied = this.#occupied[level] as number
      if (occupied === 0) continue
      const width = WIDTHS[level] as number
      const after = (this.#indexOf(this.#tick, level) + 1) & SLOT_MASK
      const inOrder = (occupied >>> after) | (occupied << (SLOTS - after))
      const skipped = 31 - Math.clz32(inOrder & -inOrder)
      const begin = (Math.floor(this.#tick / width) + 1 + skipped) * width
      if (begin < nextTick) nextTick = begin
    }
    return nextTick
  }

  #slotOf(tick: number, level: number): Slot {
    return this.#slots[level * SLOTS + this.#indexOf(tick, level)] as Slot
  }

  /** The operator takes the low bits of the whole part, for ticks beyond 2^32, too. */
  #indexOf(tick: number, level: number): number {
    return (tick / (WIDTHS[level] as number)) & SLOT_MASK
  }

  #clear(slot: Slot): void {
    this.#occupied[slot.level] = (this.#occupied[slot.level] as number) & ~slot.bit
  }

  #reset(): void {
    this.#nextTick = Number.POSITIVE_INFINITY
    this.#level = 0
  }
}

function createSlot(_: unknown, place: number): Slot {
  const slot = new Slot()
  slot.level = Math.floor(place / SLOTS)
  slot.bit = 1 << (place & SLOT_MASK)
  return slot
}
