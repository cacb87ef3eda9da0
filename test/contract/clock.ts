import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import type { TimerClock } from '../../src/core/clock.ts'
import { OptionError } from '../../src/core/errors.ts'
import { currentGroup, enterGroup } from '../../src/core/run-queue.ts'
import { TaskGroup } from '../../src/core/task-group.ts'
import { Deferred } from '../../src/future/index.ts'

/** A clock to test, and how to let its time pass. */
export interface ClockUnderTest {
  readonly clock: TimerClock
  /** Lets at least `ms` milliseconds pass, and due timers fire; longer if need be, until `isDone`. */
  readonly pass: (ms: number, isDone?: () => boolean) => Promise<void> | void
}

const DELAYS = [0, 0.2, 1, 1.5, 3, 4.75]

/** What every clock keeps, whatever its time is made of. */
export function testClock(name: string, create: () => ClockUnderTest): void {
  describe(`${name} keeps the contract of a clock: it`, () => {
    testDeadlines(create)
    testCancelling(create)
    testRearming(create)
    testPeriods(create)
    testSurroundings(create)
    testBadInput(create)
  })
}

function testDeadlines(create: () => ClockUnderTest): void {
  it('fires once, at the deadline or later, never before', async () => {
    const { clock, pass } = create()
    const errors: number[] = []
    for (const delayMs of DELAYS) {
      const startMs = clock.nowMs()
      clock.setTimer(delayMs, () => errors.push(clock.nowMs() - startMs - delayMs))
    }
    await pass(20, () => errors.length === DELAYS.length)
    assert.equal(errors.length, DELAYS.length)
    assert.deepEqual(
      errors.filter((error) => error < 0),
      [],
    )
  })

  it('fires in the order of the deadlines, and of setting where these are equal', async () => {
    const { clock, pass } = create()
    const seen: string[] = []
    for (const [key, delayMs] of Object.entries({ a: 60, b: 20, c: 40, d: 60, e: 0.5, f: 40 })) {
      clock.setTimer(delayMs, () => seen.push(key))
    }
    await pass(80, () => seen.length === 6)
    assert.equal(seen.join(''), 'ebcfad')
  })

  it('never fires a timer with an infinite delay, and waits for none', async () => {
    const { clock, pass } = create()
    const timer = clock.setTimer(Number.POSITIVE_INFINITY, () => assert.fail('fired'))
    assert.equal(timer.isPending, false)
    await pass(5)
  })

  it('knows which timers are pending', async () => {
    const { clock, pass } = create()
    const timer = clock.setTimer(2, () => assert.equal(timer.isPending, false))
    assert.equal(timer.isPending, true)
    await pass(10, () => !timer.isPending)
    assert.equal(timer.isPending, false)
  })
}

function testCancelling(create: () => ClockUnderTest): void {
  it('never fires a cancelled timer, however often it is cancelled', async () => {
    const { clock, pass } = create()
    const atOnce = clock.setTimer(1, () => assert.fail('fired'))
    atOnce.cancel()
    atOnce.cancel()
    const later = clock.setTimer(60_000, () => assert.fail('fired'))
    await pass(5)
    assert.equal(later.isPending, true)
    later.cancel()
    assert.equal(later.isPending, false)
    await pass(5)
  })

  it('does not fire a timer that a callback before it has cancelled, though both were due', async () => {
    const { clock, pass } = create()
    const seen: string[] = []
    clock.setTimer(2, () => {
      seen.push('first')
      second.cancel()
    })
    const second = clock.setTimer(2, () => seen.push('second'))
    await pass(10, () => seen.length > 0)
    assert.deepEqual(seen, ['first'])
  })

  it('runs what follows from one timer before the next one', async () => {
    const { clock, pass } = create()
    const seen: string[] = []
    const done = new Deferred<void>()
    clock.setTimer(2, () => done.resolve(undefined))
    const limit = clock.setTimer(2, () => seen.push('too late'))
    const settled = done.future.then(() => limit.cancel())
    await pass(10, () => done.future.isReady)
    await settled
    assert.deepEqual(seen, [])
  })

  it('takes cancelling a timer that has fired for nothing', async () => {
    const { clock, pass } = create()
    let fired = 0
    const timer = clock.setTimer(1, () => fired++)
    await pass(5, () => fired > 0)
    timer.cancel()
    await pass(5)
    assert.equal(fired, 1)
  })
}

function testRearming(create: () => ClockUnderTest): void {
  it('arms again a timer that is pending, has fired or was cancelled', async () => {
    const { clock, pass } = create()
    let fired = 0
    const timer = clock.setTimer(60_000, () => fired++)
    timer.rearm(1)
    await pass(5, () => fired === 1)
    assert.equal(fired, 1)
    timer.rearm(1)
    await pass(5, () => fired === 2)
    assert.equal(fired, 2)
    timer.rearm(60_000)
    timer.cancel()
    timer.rearm(1)
    await pass(5, () => fired === 3)
    assert.deepEqual([fired, timer.isPending], [3, false])
  })

  it('lets a callback cancel and arm its own timer again', async () => {
    const { clock, pass } = create()
    const timesMs: number[] = []
    const timer = clock.setTimer(1, () => {
      timesMs.push(clock.nowMs())
      timer.cancel()
      if (timesMs.length < 3) timer.rearm(2)
    })
    await pass(30, () => timesMs.length === 3)
    assert.equal(timesMs.length, 3)
    const [first = 0, second = 0, third = 0] = timesMs
    assert.ok(second - first >= 2 && third - second >= 2)
  })

  it('does not fire at the old deadline after it was put off', async () => {
    const { clock, pass } = create()
    const timer = clock.setTimer(2, () => assert.fail('fired'))
    timer.rearm(60_000)
    await pass(10)
    timer.cancel()
  })
}

function testPeriods(create: () => ClockUnderTest): void {
  it('fires a periodic timer once a period, without drift, until it is cancelled', async () => {
    const { clock, pass } = create()
    const startMs = clock.nowMs()
    const timesMs: number[] = []
    const timer = clock.setPeriodicTimer(3, () => {
      timesMs.push(clock.nowMs() - startMs)
      if (timesMs.length === 4) timer.cancel()
    })
    await pass(60, () => timesMs.length === 4)
    assert.equal(timesMs.length, 4)
    assert.deepEqual(
      timesMs.filter((timeMs, index) => timeMs < (index + 1) * 3),
      [],
    )
    assert.equal(timer.isPending, false)
  })

  it('goes on after a periodic timer that cancels itself, with another one', async () => {
    const { clock, pass } = create()
    const seen: string[] = []
    const periodic = clock.setPeriodicTimer(2, () => {
      seen.push('periodic')
      periodic.cancel()
      clock.setTimer(1, () => seen.push('other'))
    })
    await pass(20, () => seen.length === 2)
    assert.deepEqual(seen, ['periodic', 'other'])
  })

  it('puts off a periodic timer that is armed again, and keeps its period', async () => {
    const { clock, pass } = create()
    let fired = 0
    const timer = clock.setPeriodicTimer(60_000, () => {
      if (++fired === 2) timer.cancel()
    })
    timer.rearm(1)
    await pass(5, () => fired === 1)
    assert.deepEqual([fired, timer.isPending], [1, true])
    timer.cancel()
  })
}

function testSurroundings(create: () => ClockUnderTest): void {
  it('calls back in the AsyncLocalStorage context in which the timer was set', async () => {
    const { clock, pass } = create()
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    storage.run('mine', () => clock.setTimer(1, () => seen.push(storage.getStore())))
    clock.setTimer(1, () => seen.push(storage.getStore()))
    await pass(10, () => seen.length === 2)
    assert.deepEqual(seen, ['mine', undefined])
  })

  it('calls back in the task group in which the timer was set', async () => {
    const { clock, pass } = create()
    const group = new TaskGroup('timers of a test')
    const before = currentGroup()
    const seen: TaskGroup[] = []
    enterGroup(group, () => clock.setTimer(1, () => seen.push(currentGroup())))
    clock.setTimer(1, () => seen.push(currentGroup()))
    await pass(10, () => seen.length === 2)
    assert.deepEqual(seen, [group, before])
  })

  it('lets a timer be unref-ed and ref-ed, pending or not', async () => {
    const { clock, pass } = create()
    const timer = clock.setTimer(1, () => {})
    assert.equal(timer.hasRef(), true)
    assert.equal(timer.unref().hasRef(), false)
    assert.equal(timer.ref().ref().hasRef(), true)
    await pass(5, () => !timer.isPending)
    assert.equal(timer.unref().hasRef(), false)
  })
}

function testBadInput(create: () => ClockUnderTest): void {
  it('refuses delays, periods and callbacks that are none, and sets nothing', async () => {
    const { clock, pass } = create()
    const call = (): void => assert.fail('fired')
    const timer = clock.setTimer(60_000, call)
    for (const bad of [-1, Number.NaN, '1', null, undefined, 1n] as number[]) {
      assert.throws(() => clock.setTimer(bad, call), OptionError)
      assert.throws(() => clock.setPeriodicTimer(bad, call), OptionError)
      assert.throws(() => timer.rearm(bad), OptionError)
    }
    for (const bad of [0, Number.POSITIVE_INFINITY]) {
      assert.throws(() => clock.setPeriodicTimer(bad, call), /periodMs must be a positive, finite/)
    }
    for (const bad of [undefined, null, 'call', {}] as unknown as (() => void)[]) {
      assert.throws(() => clock.setTimer(1, bad), /callback must be a function/)
      assert.throws(() => clock.setPeriodicTimer(1, bad), /callback must be a function/)
    }
    timer.cancel()
    await pass(5)
  })
}
