import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import {
  AbortedError,
  BrokenError,
  Deferred,
  type Future,
  ManualClock,
  OptionError,
  Semaphore,
  TimeoutError,
  Units,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** Which of them are served; settling is immediate, so no turn has to pass. */
function served(waits: readonly Future<unknown>[]): boolean[] {
  return waits.map(({ isReady }) => isReady)
}

describe('Semaphore', () => {
  it('is ready at once while units are available, and counts them', () => {
    const semaphore = new Semaphore(3)
    assert.ok(semaphore.wait().isReady)
    assert.ok(semaphore.wait(2).isReady)
    assert.equal(semaphore.available, 0)
    assert.equal(semaphore.waiters, 0)
  })

  it('serves waiters in the order they came, each as soon as it fits', () => {
    const semaphore = new Semaphore(0)
    const waits = [semaphore.wait(), semaphore.wait(2), semaphore.wait()]
    semaphore.signal()
    assert.deepEqual(served(waits), [true, false, false])
    semaphore.signal()
    assert.deepEqual(served(waits), [true, false, false])
    semaphore.signal(2)
    assert.deepEqual(served(waits), [true, true, true])
    assert.equal(semaphore.available, 0)
  })

  it('lets a big demand at the head block small ones', () => {
    const semaphore = new Semaphore(2)
    const big = semaphore.wait(3)
    const small = semaphore.wait(1)
    assert.deepEqual(served([big, small]), [false, false])
    semaphore.signal(1)
    assert.deepEqual(served([big, small]), [true, false])
  })

  it('serves the small ones when the big one at the head gives up', async () => {
    const clock = new ManualClock()
    const semaphore = new Semaphore(2)
    const big = semaphore.wait(3, { timeoutMs: 10, clock })
    const small = semaphore.wait(1)
    clock.advance(10)
    assert.ok(small.isReady)
    await assert.rejects(big.toPromise(), TimeoutError)
    assert.equal(semaphore.available, 1)
  })

  it('serves a demand beyond its count once enough was signalled', () => {
    const semaphore = new Semaphore(1)
    const wait = semaphore.wait(5)
    semaphore.signal(4)
    assert.ok(wait.isReady)
  })

  it('names itself and the limit when time is up', async () => {
    const clock = new ManualClock()
    const semaphore = new Semaphore(0, { name: 'uploads' })
    const wait = semaphore.wait(1, { timeoutMs: 25, clock })
    clock.advance(24)
    assert.ok(wait.isPending)
    clock.advance(1)
    await assert.rejects(wait.toPromise(), {
      name: 'TimeoutError',
      message: 'The wait for semaphore "uploads" did not finish within 25 ms',
    })
    assert.equal(semaphore.waiters, 0)
  })

  it('arms no timer and no listener for what is available', () => {
    const clock = new ManualClock()
    const { signal } = new AbortController()
    const semaphore = new Semaphore(1)
    assert.ok(semaphore.wait(1, { timeoutMs: 0, signal, clock }).isReady)
    assert.equal(clock.pendingTimers, 0)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('takes timer and listener off however a wait ends', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const { signal } = controller
    const semaphore = new Semaphore(0)
    const options = { timeoutMs: 10, signal, clock }
    const park = (): Future<void> => semaphore.wait(1, options)
    const endings = [
      () => semaphore.signal(),
      () => clock.advance(10),
      () => controller.abort(boom),
    ]
    for (const end of endings) {
      const wait = park()
      assert.deepEqual([clock.pendingTimers, getEventListeners(signal, 'abort').length], [1, 1])
      end()
      assert.ok(!wait.isPending)
      assert.deepEqual([clock.pendingTimers, getEventListeners(signal, 'abort').length], [0, 0])
      wait.ignore()
    }
  })

  it('gives nothing to a signal that has fired before', async () => {
    const semaphore = new Semaphore(1)
    const wait = semaphore.wait(1, { signal: AbortSignal.abort(boom) })
    await assert.rejects(wait.toPromise(), boom)
    assert.equal(semaphore.available, 1)
  })

  it('fails with AbortedError when the signal has no reason of its own', async () => {
    const controller = new AbortController()
    const wait = new Semaphore(0, { name: 'uploads' }).wait(1, { signal: controller.signal })
    controller.abort()
    await assert.rejects(wait.toPromise(), (error) => {
      assert.ok(error instanceof AbortedError)
      assert.equal(error.message, 'The wait for semaphore "uploads" was aborted')
      return true
    })
  })

  it('loses no unit that was granted before its taker was aborted', async () => {
    const controller = new AbortController()
    const semaphore = new Semaphore(0)
    const wait = semaphore.wait(1, { signal: controller.signal })
    semaphore.signal()
    controller.abort()
    await wait
    assert.equal(semaphore.available, 0)
  })

  it('never runs a continuation inside signal', async () => {
    const semaphore = new Semaphore(0)
    const seen: string[] = []
    const done = semaphore.wait().then(() => seen.push('served'))
    semaphore.signal()
    seen.push('signalled')
    await done
    assert.deepEqual(seen, ['signalled', 'served'])
  })

  it('fails all waits, now and later, when it is broken; units that come back do not count', async () => {
    const semaphore = new Semaphore(1)
    const units = await semaphore.getUnits()
    const waits = [semaphore.wait(), semaphore.getUnits()]
    semaphore.broken(boom)
    semaphore.broken(new Error('too late'))
    waits.push(semaphore.wait(0))
    for (const wait of waits) await assert.rejects(wait.toPromise(), boom)
    units.return()
    semaphore.signal()
    semaphore.consume(5)
    assert.deepEqual([semaphore.available, semaphore.waiters], [0, 0])
    assert.ok(semaphore.isBroken)
    assert.equal(semaphore.tryWait(0), false)
  })

  it('rejects its waiters with a named error when it is disposed of', async () => {
    const semaphore = new Semaphore(0, { name: 'uploads' })
    const wait = semaphore.wait()
    semaphore[Symbol.dispose]()
    await assert.rejects(wait.toPromise(), (error) => {
      assert.ok(error instanceof BrokenError)
      assert.equal(error.message, 'semaphore "uploads" is broken: its owner has given it up')
      return true
    })
  })

  it('refuses counts that are not whole numbers, 0 or more', () => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1' as unknown as number]) {
      const semaphore = new Semaphore(1)
      assert.throws(() => new Semaphore(wrong), OptionError)
      for (const method of ['wait', 'tryWait', 'signal', 'consume', 'getUnits'] as const) {
        assert.throws(() => semaphore[method](wrong), OptionError, method)
      }
      assert.equal(semaphore.available, 1)
    }
  })

  it('refuses more units than a number can count', () => {
    const semaphore = new Semaphore(Number.MAX_SAFE_INTEGER)
    assert.throws(() => semaphore.signal(), OptionError)
    assert.equal(semaphore.available, Number.MAX_SAFE_INTEGER)
  })

  it('refuses options it does not know', () => {
    const semaphore = new Semaphore(1)
    for (const wrong of [{ timeout: 5 }, { timeoutMs: -1 }, { timeoutMs: Number.NaN }, 5, null]) {
      assert.throws(() => semaphore.wait(1, wrong as object), OptionError)
    }
    assert.throws(() => semaphore.wait(1, { signal: {} as AbortSignal }), OptionError)
    for (const clock of [null, {}, 5]) {
      assert.throws(() => semaphore.wait(2, { clock: clock as ManualClock }), OptionError)
    }
    assert.equal(semaphore.waiters, 0)
    assert.throws(() => new Semaphore(1, { title: 'x' } as object), OptionError)
    assert.throws(() => new Semaphore(1, { name: 5 as unknown as string }), OptionError)
    assert.equal(semaphore.available, 1)
  })
})

describe('Semaphore.with', () => {
  it('holds the units until the work is done, and passes its value on', async () => {
    const semaphore = new Semaphore(3)
    const work = new Deferred<string>()
    const result = semaphore.with(2, () => work.future)
    assert.equal(semaphore.available, 1)
    work.resolve('done')
    assert.equal(await result, 'done')
    assert.equal(semaphore.available, 3)
  })

  it('gives them back on failure and on throw', async () => {
    const semaphore = new Semaphore(1)
    const late = semaphore.with(() => Promise.reject(boom))
    const queued = semaphore.with(() => {
      throw boom
    })
    await assert.rejects(late.toPromise(), boom)
    await assert.rejects(queued.toPromise(), boom)
    assert.equal(semaphore.available, 1)
  })

  it('is ready at once when units and value are', () => {
    const semaphore = new Semaphore(1)
    assert.equal(semaphore.with(() => 5).get(), 5)
    assert.equal(semaphore.available, 1)
  })

  it('never runs more work at a time than there are units', async () => {
    const semaphore = new Semaphore(3)
    let running = 0
    let most = 0
    const all = Array.from({ length: 50 }, () =>
      semaphore.with(async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        running--
      }),
    )
    for (const one of all) await one
    assert.deepEqual([most, semaphore.available], [3, 3])
  })

  it('does not call the work when the wait fails', async () => {
    const clock = new ManualClock()
    const semaphore = new Semaphore(0)
    let isCalled = false
    const result = semaphore.with(
      () => {
        isCalled = true
      },
      { timeoutMs: 1, clock },
    )
    clock.advance(1)
    await assert.rejects(result.toPromise(), TimeoutError)
    assert.equal(isCalled, false)
  })

  it('refuses what is not a function before it takes a unit', () => {
    const semaphore = new Semaphore(1)
    for (const wrong of [undefined, 5, {}]) {
      assert.throws(() => semaphore.with(1, wrong as () => void), OptionError)
    }
    assert.equal(semaphore.available, 1)
  })
})

describe('Units', () => {
  it('are given back when they are disposed of, and only once', async () => {
    const semaphore = new Semaphore(2)
    const units = await semaphore.getUnits(2)
    assert.equal(semaphore.available, 0)
    units[Symbol.dispose]()
    units[Symbol.dispose]()
    assert.equal(semaphore.available, 2)
  })

  it('are given to those who waited for them', async () => {
    const semaphore = new Semaphore(0)
    const wait = semaphore.getUnits(2)
    semaphore.signal(2)
    const units = await wait
    assert.ok(units instanceof Units)
    assert.equal(units.count, 2)
  })

  it('are there without waiting, or not at all', () => {
    const semaphore = new Semaphore(1)
    const units = semaphore.tryGetUnits()
    assert.equal(units?.count, 1)
    assert.equal(semaphore.tryGetUnits(), undefined)
  })

  it('can be given back in parts', async () => {
    const semaphore = new Semaphore(3)
    const units = await semaphore.getUnits(3)
    units.return(1)
    assert.deepEqual([units.count, semaphore.available], [2, 1])
    assert.throws(() => units.return(3), OptionError)
    units.return()
    assert.deepEqual([units.count, semaphore.available], [0, 3])
  })

  it('split, and refuse to split off more than they are', async () => {
    const semaphore = new Semaphore(3)
    const units = await semaphore.getUnits(3)
    const part = units.split(2)
    assert.deepEqual([units.count, part.count], [1, 2])
    for (const wrong of [2, -1, 0.5]) assert.throws(() => units.split(wrong), OptionError)
    part[Symbol.dispose]()
    units[Symbol.dispose]()
    assert.equal(semaphore.available, 3)
  })

  it('adopt others of the same semaphore', async () => {
    const semaphore = new Semaphore(3)
    const units = await semaphore.getUnits(1)
    const others = await semaphore.getUnits(2)
    units.adopt(others)
    assert.deepEqual([units.count, others.count], [3, 0])
    const foreign = await new Semaphore(1).getUnits()
    for (const wrong of [units, foreign, undefined as unknown as Units]) {
      assert.throws(() => units.adopt(wrong), OptionError)
    }
    assert.deepEqual([units.count, foreign.count], [3, 1])
  })

  it('can be released without coming back', async () => {
    const semaphore = new Semaphore(2)
    const units = await semaphore.getUnits(2)
    assert.equal(units.release(), 2)
    units[Symbol.dispose]()
    assert.equal(semaphore.available, 0)
  })
})
