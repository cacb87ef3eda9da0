import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import {
  BrokenError,
  Deferred,
  type Future,
  type HeldLock,
  ManualClock,
  OptionError,
  RwLock,
  TimeoutError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

function held(waits: readonly Future<HeldLock>[]): boolean[] {
  return waits.map(({ isReady }) => isReady)
}

describe('RwLock', () => {
  it('is shared by readers, at once', () => {
    const lock = new RwLock()
    assert.deepEqual(held([lock.read(), lock.read(), lock.read()]), [true, true, true])
    assert.equal(lock.readers, 3)
  })

  it('is had by a writer alone', async () => {
    const lock = new RwLock()
    const writer = await lock.write()
    assert.equal(lock.isWriting, true)
    const waits = [lock.read(), lock.write()]
    assert.deepEqual(held(waits), [false, false])
    writer.unlock()
    assert.deepEqual(held(waits), [true, false])
    waits[0]?.get().unlock()
    assert.deepEqual(held(waits), [true, true])
  })

  it('does not let readers pass a writer that waits', async () => {
    const lock = new RwLock()
    const reader = await lock.read()
    const writing = lock.write()
    const late = lock.read()
    assert.equal(lock.tryRead(), undefined)
    assert.deepEqual(held([writing, late]), [false, false])
    reader.unlock()
    assert.deepEqual(held([writing, late]), [true, false])
  })

  it('does not let writers pass readers that wait, and serves those together', async () => {
    const lock = new RwLock()
    const writer = await lock.write()
    const waits = [lock.read(), lock.read(), lock.write(), lock.read()]
    writer.unlock()
    assert.deepEqual(held(waits), [true, true, false, false])
  })

  it('lets the readers behind in when the writer at the head gives up', async () => {
    const clock = new ManualClock()
    const lock = new RwLock({ name: 'cache' })
    const reader = await lock.read()
    const writing = lock.write({ timeoutMs: 5, clock })
    const late = lock.read()
    clock.advance(5)
    assert.ok(late.isReady)
    await assert.rejects(writing.toPromise(), {
      code: 'CORE_TIMEOUT',
      message: 'The wait for lock "cache" did not finish within 5 ms',
    })
    reader.unlock()
    assert.equal(lock.readers, 1)
  })

  it('is tried without waiting', () => {
    const lock = new RwLock()
    const reader = lock.tryRead()
    assert.equal(reader?.mode, 'read')
    assert.equal(lock.tryWrite(), undefined)
    assert.equal(lock.tryRead()?.isHeld, true)
    const other = new RwLock()
    assert.equal(other.tryWrite()?.mode, 'write')
    assert.equal(other.tryRead(), undefined)
    assert.equal(other.waiters, 0)
  })

  it('is unlocked once, however often its holder is disposed of', async () => {
    const lock = new RwLock()
    const [first, second] = [await lock.read(), await lock.read()]
    first[Symbol.dispose]()
    first.unlock()
    assert.deepEqual([lock.readers, first.isHeld, second.isHeld], [1, false, true])
  })

  it('gives nothing to a signal that has fired, and leaves no listener on one that fires later', async () => {
    const lock = new RwLock()
    const refused = lock.write({ signal: AbortSignal.abort(boom) })
    await assert.rejects(refused.toPromise(), boom)
    assert.equal(lock.isWriting, false)
    const controller = new AbortController()
    const writer = await lock.write({ signal: controller.signal })
    const waiting = lock.read({ signal: controller.signal })
    assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
    controller.abort(boom)
    await assert.rejects(waiting.toPromise(), boom)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
    writer.unlock()
    assert.deepEqual([lock.readers, lock.waiters], [0, 0])
  })

  it('rejects its waiters with a named error when it is disposed of; holders keep it', async () => {
    const lock = new RwLock({ name: 'cache' })
    const writer = await lock.write()
    const waits = [lock.read(), lock.write()]
    lock[Symbol.dispose]()
    lock.broken(boom)
    waits.push(lock.read())
    for (const wait of waits) await assert.rejects(wait.toPromise(), BrokenError)
    assert.equal(lock.isWriting, true)
    writer.unlock()
    assert.equal(lock.isWriting, false)
    assert.equal(lock.tryRead(), undefined)
  })

  it('refuses options it does not know', () => {
    const lock = new RwLock()
    assert.throws(() => lock.read({ timeout: 5 } as object), OptionError)
    assert.throws(() => lock.write({ timeoutMs: Number.NaN }), OptionError)
    assert.throws(() => new RwLock({ name: 1 as unknown as string }), OptionError)
    assert.deepEqual([lock.readers, lock.isWriting], [0, false])
  })
})

for (const method of ['withRead', 'withWrite'] as const) {
  describe(`RwLock.${method}`, () => {
    it('holds the lock until the work is done, and passes its outcome on', async () => {
      const lock = new RwLock()
      const work = new Deferred<string>()
      const result = lock[method](() => work.future)
      assert.equal(lock.tryWrite(), undefined)
      work.resolve('done')
      assert.equal(await result, 'done')
      assert.equal(lock.tryWrite()?.isHeld, true)
    })

    it('unlocks on failure and throw, also when it had to wait', async () => {
      const lock = new RwLock()
      const first = await lock.write()
      const results = [
        lock[method](() => Promise.reject(boom)),
        lock[method](() => {
          throw boom
        }),
      ]
      first.unlock()
      for (const result of results) await assert.rejects(result.toPromise(), boom)
      assert.equal(lock.tryWrite()?.isHeld, true)
    })

    it('does not call the work when the wait fails', async () => {
      const clock = new ManualClock()
      const lock = new RwLock()
      const writer = await lock.write()
      const result = lock[method](() => assert.fail('called'), { timeoutMs: 1, clock })
      clock.advance(1)
      await assert.rejects(result.toPromise(), TimeoutError)
      writer.unlock()
    })

    it('refuses what is not a function', () => {
      assert.throws(() => new RwLock()[method](undefined as unknown as () => void), OptionError)
    })
  })
}
