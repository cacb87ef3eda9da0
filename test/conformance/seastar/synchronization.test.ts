import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import {
  AbortedError,
  BoundedQueue,
  ConditionVariable,
  Deferred,
  type Future,
  Gate,
  GateClosedError,
  ManualClock,
  OptionError,
  QueueClosedError,
  RwLock,
  Semaphore,
  sleep,
  TimeoutError,
  whenAll,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** Lets everything that is scheduled run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('semaphore', () => {
  it('76 serves waiters in order; tryWait never barges in', () => {
    const semaphore = new Semaphore(0)
    const waits = [semaphore.wait(2), semaphore.wait(1), semaphore.wait(1)]
    semaphore.signal()
    assert.equal(semaphore.tryWait(1), false, 'one is there, and kept for those who wait')
    for (const served of [1, 2, 3]) {
      semaphore.signal()
      assert.deepEqual(
        waits.map(({ isReady }) => isReady),
        waits.map((_, index) => index < served),
      )
    }
    semaphore.signal()
    assert.equal(semaphore.tryWait(1), true)
  })

  it('77 gives the unit of a later signal to the next waiter when the first has timed out', async () => {
    const clock = new ManualClock()
    const semaphore = new Semaphore(0)
    const hurried = semaphore.wait(1, { timeoutMs: 10, clock })
    const patient = semaphore.wait(1, { timeoutMs: 50, clock })
    clock.advance(10)
    semaphore.signal()
    await patient
    await assert.rejects(hurried.toPromise(), TimeoutError)
    assert.deepEqual([semaphore.available, clock.pendingTimers], [0, 0])
  })

  it('78 fails current and future waits with the given error once broken; signal after is no-op', async () => {
    const semaphore = new Semaphore(0)
    const waiting = semaphore.wait()
    semaphore.broken(boom)
    semaphore.signal(5)
    await assert.rejects(waiting.toPromise(), boom)
    await assert.rejects(semaphore.wait().toPromise(), boom)
    await assert.rejects(semaphore.getUnits(0).toPromise(), boom)
    assert.equal(semaphore.available, 0)
  })

  it('79 can be aborted before and after wait, with a reason of its own; no unit is lost', async () => {
    const semaphore = new Semaphore(1)
    const before = semaphore.wait(1, { signal: AbortSignal.abort() })
    await assert.rejects(before.toPromise(), AbortedError)
    assert.equal(semaphore.available, 1)
    const units = await semaphore.getUnits()
    const controller = new AbortController()
    const after = semaphore.getUnits(1, { signal: controller.signal })
    controller.abort(boom)
    await assert.rejects(after.toPromise(), boom)
    units.return()
    assert.equal(semaphore.available, 1)
  })

  it('80 units split, refuse to over-split, return in parts and on disposal, and return what they held when replaced', async () => {
    const semaphore = new Semaphore(6)
    let units = await semaphore.getUnits(4)
    const part = units.split(3)
    assert.deepEqual([units.count, part.count], [1, 3])
    assert.throws(() => part.split(4), OptionError)
    part.return(1)
    assert.equal(semaphore.available, 3)
    part[Symbol.dispose]()
    assert.equal(semaphore.available, 5)
    // Assignment cannot return the old units here: disposing of them does, and says so.
    const old = units
    units = await semaphore.getUnits(2)
    old[Symbol.dispose]()
    assert.deepEqual([units.count, semaphore.available], [2, 4])
    units.adopt(await semaphore.getUnits(1))
    units[Symbol.dispose]()
    assert.equal(semaphore.available, 6)
  })

  it('81 with returns its unit when the function throws', async () => {
    const semaphore = new Semaphore(1)
    const thrown = semaphore.with(() => {
      throw boom
    })
    assert.equal(semaphore.available, 1)
    await assert.rejects(thrown.toPromise(), boom)
  })

  it('82 consume may go negative, and waits last until it is repaid', () => {
    const semaphore = new Semaphore(1)
    semaphore.consume(3)
    assert.equal(semaphore.available, -2)
    const waiting = semaphore.wait()
    semaphore.signal(2)
    assert.ok(waiting.isPending)
    semaphore.signal(1)
    assert.ok(waiting.isReady)
  })
})

describe('gate', () => {
  it('83 is entered, left and closed in order; a closed one refuses at all five entry points; a holder copied after close delays it', async () => {
    const gate = new Gate()
    gate.enter()
    const holder = gate.hold()
    const closed = gate.close()
    gate.leave()
    assert.ok(closed.isPending)

    assert.throws(() => gate.check(), GateClosedError)
    assert.throws(() => gate.enter(), GateClosedError)
    assert.equal(gate.tryEnter(), false)
    assert.throws(() => gate.hold(), GateClosedError)
    const refused = gate.with(() => assert.fail('called'))
    await assert.rejects(refused.toPromise(), GateClosedError)

    const copy = holder.hold()
    holder[Symbol.dispose]()
    assert.ok(closed.isPending)
    copy[Symbol.dispose]()
    assert.ok(closed.isReady)
  })
})

describe('reader-writer lock', () => {
  it('84 lets readers in together', () => {
    const lock = new RwLock()
    const work = Array.from({ length: 10 }, () => new Deferred<void>())
    for (const { future } of work) lock.withRead(() => future).ignore()
    assert.equal(lock.readers, 10)
    for (const deferred of work) deferred.resolve()
  })

  it('84 leaves a writer alone, with 1 writer for 9 readers', async () => {
    const clock = new ManualClock()
    const lock = new RwLock()
    const inside = { readers: 0, writers: 0 }
    let most = 0
    const enter = (role: keyof typeof inside) => () => {
      inside[role]++
      most = Math.max(most, inside.readers)
      assert.ok(inside.writers === 0 || (inside.writers === 1 && inside.readers === 0))
      return sleep(1, { clock }).then(() => {
        inside[role]--
      })
    }
    const all = Array.from({ length: 100 }, (_, index) =>
      index % 10 === 5 ? lock.withWrite(enter('writers')) : lock.withRead(enter('readers')),
    )
    const done = whenAll(all)
    while (done.isPending) {
      clock.advance(1)
      await settle()
    }
    await done
    assert.deepEqual([most, lock.readers, lock.isWriting], [9, 0, false])
  })

  it('84 can be aborted while waiting, and is unlocked by a failing function', async () => {
    const lock = new RwLock()
    const controller = new AbortController()
    const work = new Deferred<void>()
    const writing = lock.withWrite(() => work.future)
    const waiting = lock.withRead(() => assert.fail('called'), { signal: controller.signal })
    controller.abort(boom)
    await assert.rejects(waiting.toPromise(), boom)
    work.reject(boom)
    await assert.rejects(writing.toPromise(), boom)
    assert.equal(lock.tryWrite()?.isHeld, true)
  })
})

describe('condition variable', () => {
  it('85 remembers a signal once when nobody waits', () => {
    const changed = new ConditionVariable()
    changed.signal()
    changed.signal()
    assert.ok(changed.wait().isReady)
    assert.ok(changed.wait().isPending)
  })

  it('85 wakes in order, and everybody by broadcast', () => {
    const changed = new ConditionVariable()
    const waits = [1, 2, 3, 4].map(() => changed.wait())
    const woken = (): boolean[] => waits.map(({ isReady }) => isReady)
    changed.signal()
    assert.deepEqual(woken(), [true, false, false, false])
    changed.broadcast()
    assert.deepEqual(woken(), [true, true, true, true])
  })

  it('85 fails with what the predicate throws', async () => {
    const changed = new ConditionVariable()
    let asked = 0
    const waiting = changed.wait(() => {
      if (++asked === 2) throw boom
      return false
    })
    changed.signal()
    await assert.rejects(waiting.toPromise(), boom)
  })

  it('85 times out although it is signalled periodically', async () => {
    const clock = new ManualClock()
    const changed = new ConditionVariable()
    const waiting = changed.wait(() => false, { timeoutMs: 10, clock })
    for (let ms = 0; ms < 9; ms++) {
      clock.advance(1)
      changed.signal()
      await settle()
      assert.ok(waiting.isPending)
    }
    clock.advance(1)
    await assert.rejects(waiting.toPromise(), TimeoutError)
  })

  it('85 fails its waiters when it is broken', async () => {
    const changed = new ConditionVariable()
    const waits = [changed.wait(), changed.wait(() => false)]
    changed.broken(boom)
    for (const waiting of [...waits, changed.wait()]) {
      await assert.rejects(waiting.toPromise(), boom)
    }
  })
})

describe('queue', () => {
  it('86 holds a fast producer back to the pace of a slow consumer', async () => {
    const queue = new BoundedQueue<number>(3)
    let pushed = 0
    const producing = (async () => {
      for (; pushed < 20; pushed++) await queue.push(pushed)
    })()
    for (let expected = 0; expected < 20; expected++) {
      await settle()
      assert.equal(pushed, Math.min(20, expected + 3), 'as many as there is room for')
      assert.equal(await queue.pop(), expected)
    }
    await producing
  })

  it('86 fails both sides when it is aborted, those before and those after', async () => {
    const full = new BoundedQueue<number>(1)
    full.tryPush(1)
    const empty = new BoundedQueue<number>(1)
    const before = [full.push(2), empty.pop()]
    full.abort(boom)
    empty.abort(boom)
    const after = [full.push(3), full.pop(), empty.push(4), empty.pop()]
    for (const wait of [...before, ...after] as Future<unknown>[]) {
      await assert.rejects(wait.toPromise(), boom)
    }
    assert.equal(full.size, 0)
  })

  it('86 that is closed gives what it has, and ends', async () => {
    const queue = new BoundedQueue<number>(2)
    queue.tryPush(1)
    queue.close()
    assert.equal(await queue.pop(), 1)
    await assert.rejects(queue.pop().toPromise(), QueueClosedError)
  })
})

describe('abort', () => {
  it('87 ends each wait once, in the order they came, with the first reason', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const semaphore = new Semaphore(0)
    const waits = [semaphore.wait(1, { signal }), semaphore.wait(1, { signal })]
    controller.abort(boom)
    controller.abort(new Error('too late'))
    signal.dispatchEvent(new Event('abort'))
    for (const wait of waits) await assert.rejects(wait.toPromise(), boom)
    assert.equal(semaphore.waiters, 0)
  })

  it('87 runs no continuation inside abort, only schedules them', async () => {
    const controller = new AbortController()
    const seen: string[] = []
    const ended = new Semaphore(0)
      .wait(1, { signal: controller.signal })
      .catch(() => seen.push('continuation'))
    controller.abort()
    seen.push('after abort')
    await ended
    assert.deepEqual(seen, ['after abort', 'continuation'])
  })

  it('87 does not touch who was served before: the listener is gone', async () => {
    const controller = new AbortController()
    const semaphore = new Semaphore(0)
    const wait = semaphore.wait(1, { signal: controller.signal })
    semaphore.signal()
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
    controller.abort(boom)
    await wait
  })

  it('87 of before fails a wait at once, where Seastar says nothing to late subscribers', () => {
    const signal = AbortSignal.abort(boom)
    const refused = new Semaphore(1).wait(1, { signal })
    assert.ok(refused.isFailed)
    refused.ignore()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('87 ends every wait even if the continuation of one throws', async () => {
    const controller = new AbortController()
    const semaphore = new Semaphore(0)
    const options = { signal: controller.signal }
    const thrown = semaphore.wait(1, options).catch(() => {
      throw boom
    })
    const other = semaphore.wait(1, options)
    controller.abort()
    await assert.rejects(thrown.toPromise(), boom)
    await assert.rejects(other.toPromise(), AbortedError)
  })
})
