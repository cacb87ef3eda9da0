import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { HeapTimer, type HeapTimerKeeper } from '../../src/core/timer-heap.ts'
import { TimerWheel } from '../../src/core/timer-wheel.ts'

const DAY_MS = 86_400_000

/** Delays of every level of the wheel, beyond its reach, and at the edges of slots. */
const delay = fc.oneof(
  fc.integer({ min: 0, max: 70 }),
  fc.double({ min: 0, max: 40, noNaN: true }),
  fc.integer({ min: 0, max: 36 }).map((bits) => 2 ** bits),
  fc.integer({ min: 1, max: 36 }).map((bits) => 2 ** bits - 1),
  fc.integer({ min: 0, max: 500 * DAY_MS }),
  fc.constantFrom(24.8 * DAY_MS, 25 * DAY_MS, 3_000 * DAY_MS, Number.POSITIVE_INFINITY),
)

const id = fc.integer({ min: 0, max: 15 })

const command = fc.oneof(
  fc.record({ kind: fc.constant('arm' as const), id, ms: delay }),
  fc.record({ kind: fc.constant('arm' as const), id, ms: delay }),
  fc.record({ kind: fc.constant('cancel' as const), id, ms: fc.constant(0) }),
  fc.record({
    kind: fc.constant('advance' as const),
    id,
    ms: delay.filter((ms) => ms < 4_000 * DAY_MS),
  }),
  // The event loop was blocked: everything due in between is late.
  fc.record({
    kind: fc.constant('stall' as const),
    id,
    ms: delay.filter((ms) => ms < 4_000 * DAY_MS),
  }),
)

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

interface Firing {
  readonly id: number
  readonly atMs: number
}

interface Subject {
  arm(id: number, delayMs: number): void
  cancel(id: number): void
  advance(ms: number): void
  stall(ms: number): void
  readonly fired: readonly Firing[]
  readonly pending: number
}

/** What a list sorted anew each time does. */
class NaiveModel implements Subject {
  readonly fired: Firing[] = []
  readonly #round: (ms: number) => number
  #nowMs: number
  #sequence = 0
  #timers: { id: number; deadlineMs: number; sequence: number }[] = []

  constructor(startMs: number, round: (ms: number) => number) {
    this.#nowMs = startMs
    this.#round = round
  }

  get pending(): number {
    return this.#timers.length
  }

  arm(id: number, delayMs: number): void {
    this.cancel(id)
    if (delayMs === Number.POSITIVE_INFINITY) return
    const deadlineMs = this.#nowMs + delayMs
    this.#timers.push({ id, deadlineMs, sequence: this.#sequence++ })
    this.#timers.sort((a, b) => a.deadlineMs - b.deadlineMs || a.sequence - b.sequence)
  }

  cancel(id: number): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id)
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms
    this.#fire(untilMs, (deadlineMs) => Math.max(this.#nowMs, this.#round(deadlineMs)))
    this.#nowMs = untilMs
  }

  stall(ms: number): void {
    this.#nowMs += ms
    this.#fire(this.#nowMs, () => this.#nowMs)
  }

  #fire(untilMs: number, timeOf: (deadlineMs: number) => number): void {
    for (let first = this.#timers[0]; first !== undefined; first = this.#timers[0]) {
      if (this.#round(first.deadlineMs) > untilMs) return
      this.#timers.shift()
      this.fired.push({ id: first.id, atMs: timeOf(first.deadlineMs) })
    }
  }
}

/** The wheel with a time that is only told. */
class WheelOnFakeTime implements Subject {
  readonly fired: Firing[] = []
  readonly #wheel = new TimerWheel()
  readonly #timers = new Map<number, HeapTimer>()
  #nowMs: number
  readonly #keeper: HeapTimerKeeper = {
    start: (timer, delayMs) => {
      timer.deadlineMs = this.#nowMs + delayMs
      this.#wheel.add(timer, this.#nowMs)
    },
    stop: (timer) => this.#wheel.remove(timer),
    refChanged: () => {},
  }

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get pending(): number {
    return this.#wheel.length
  }

  arm(id: number, delayMs: number): void {
    const known = this.#timers.get(id)
    if (known !== undefined) return known.rearm(delayMs)
    const timer = new HeapTimer(this.#keeper, () => this.#note(id), 0)
    this.#timers.set(id, timer.arm(delayMs))
  }

  cancel(id: number): void {
    this.#timers.get(id)?.cancel()
  }

  /** As the platform's timer does: time is looked at when the wheel has asked for it. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms
    for (;;) {
      const { nextTick } = this.#wheel
      if (nextTick > untilMs) break
      this.#nowMs = Math.max(this.#nowMs, nextTick)
      this.#takeAll()
    }
    this.#nowMs = untilMs
  }

  stall(ms: number): void {
    this.#nowMs += ms
    this.#takeAll()
  }

  /** Time passes, and nobody looks. */
  beginStall(ms: number): void {
    this.#nowMs += ms
  }

  /** One step, of several that may be due. */
  takeOnce(): void {
    const tick = Math.floor(this.#nowMs)
    if (this.#wheel.nextTick <= tick) this.#wheel.take(tick)?.fire()
  }

  #takeAll(): void {
    const tick = Math.floor(this.#nowMs)
    while (this.#wheel.nextTick <= tick) {
      const timer = this.#wheel.take(tick)
      assert.ok(timer === undefined || timer.deadlineMs <= this.#nowMs, 'fired early')
      timer?.fire()
    }
  }

  #note(id: number): void {
    this.fired.push({ id, atMs: this.#nowMs })
  }
}

class ManualClockSubject implements Subject {
  readonly fired: Firing[] = []
  readonly #clock = new ManualClock()
  readonly #timers = new Map<number, ReturnType<ManualClock['setTimer']>>()

  get pending(): number {
    return this.#clock.pendingTimers
  }

  arm(id: number, delayMs: number): void {
    const known = this.#timers.get(id)
    if (known !== undefined) return known.rearm(delayMs)
    const note = (): void => void this.fired.push({ id, atMs: this.#clock.nowMs() })
    this.#timers.set(id, this.#clock.setTimer(delayMs, note))
  }

  cancel(id: number): void {
    this.#timers.get(id)?.cancel()
  }

  advance(ms: number): void {
    this.#clock.advance(ms)
  }

  stall(ms: number): void {
    this.#clock.advance(ms)
  }
}

function assertSame(commands: readonly Command[], subject: Subject, model: Subject): void {
  for (const { kind, id, ms } of commands) {
    for (const one of [subject, model]) {
      if (kind === 'arm') one.arm(id, ms)
      else if (kind === 'cancel') one.cancel(id)
      else one[kind](ms)
    }
    assert.deepEqual(subject.fired, model.fired)
    assert.equal(subject.pending, model.pending)
  }
}

const programs = fc.array(command, { maxLength: 60 })

describe('TimerWheel', () => {
  it('fires like a sorted list in whole milliseconds, whatever is armed, cancelled and awaited', () => {
    const starts = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2 ** 45, noNaN: true }))
    fc.assert(
      fc.property(programs, starts, (commands, startMs) =>
        assertSame(commands, new WheelOnFakeTime(startMs), new NaiveModel(startMs, Math.ceil)),
      ),
      { numRuns: 1_500, seed: 20_261_123 },
    )
  })

  it('keeps the order within a millisecond when timers of several levels meet there', () => {
    const subject = new WheelOnFakeTime(0)
    for (let id = 0; id < 100; id++) {
      subject.arm(id, 5_000 - id * 7 + (99 - id) / 1_000)
      subject.advance(7)
    }
    subject.advance(6_000)
    assert.deepEqual(
      subject.fired.map(({ id }) => id),
      Array.from({ length: 100 }, (_, index) => 99 - index),
    )
  })

  it('takes what is armed and cancelled while a slot is half moved for what it is', () => {
    const subject = new WheelOnFakeTime(0)
    // All of them wait in one slot of the third level, and move in steps of some dozens.
    for (let id = 0; id < 500; id++) subject.arm(id, 2_048 + id)
    subject.beginStall(2_048)
    const cancelled = new Set<number>()
    for (let step = 0; step < 12; step++) {
      subject.takeOnce()
      for (const id of [step * 40, step * 40 + 1, 499 - step]) {
        subject.cancel(id)
        cancelled.add(id)
      }
      // One of the next round of the same slot, and one that is due first.
      subject.arm(1_000 + step, 32_768 - 1)
      subject.arm(2_000 + step, step)
    }
    subject.advance(100_000)
    const ids = subject.fired.map(({ id }) => id)
    assert.deepEqual(
      ids.filter((id) => id < 500),
      Array.from({ length: 500 }, (_, id) => id).filter((id) => !cancelled.has(id)),
    )
    assert.equal(ids.length, 500 - cancelled.size + 24)
    assert.deepEqual(
      ids.slice(-12),
      Array.from({ length: 12 }, (_, step) => 1_000 + step),
    )
  })

  it('forgets nothing among a hundred thousand, half of them cancelled', () => {
    const subject = new WheelOnFakeTime(12_345.678)
    for (let id = 0; id < 100_000; id++) subject.arm(id, (id * 7_919) % 1_000_003)
    for (let id = 0; id < 100_000; id += 2) subject.cancel(id)
    subject.advance(1_000_004)
    assert.equal(subject.pending, 0)
    assert.equal(new Set(subject.fired.map(({ id }) => id)).size, 50_000)
    const times = subject.fired.map(({ atMs }) => atMs)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  })
})

describe('TimerHeap', () => {
  it('fires like a sorted list at the very deadlines', () => {
    const exact = programs.map((commands) => commands.filter(({ kind }) => kind !== 'stall'))
    fc.assert(
      fc.property(exact, (commands) =>
        assertSame(commands, new ManualClockSubject(), new NaiveModel(0, (ms) => ms)),
      ),
      { numRuns: 1_000, seed: 20_261_123 },
    )
  })
})
