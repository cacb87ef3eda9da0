import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import {
  AbortedError,
  Deferred,
  doUntil,
  Future,
  OptionError,
  repeat,
  repeatUntilValue,
  STOP,
  sleep,
} from '../../../src/future/index.ts'
import { countListeners, failureOf, MANY, MIN_TURNS, settle, turnsDuring } from '../support.ts'

const boom = new Error('boom')

/** The three loops with one body, as far as they behave alike. */
const LOOPS: Record<string, (body: () => unknown, signal?: AbortSignal) => Future<unknown>> = {
  repeat: (body, signal) => repeat(body as () => undefined, signal && { signal }),
  repeatUntilValue: (body, signal) => repeatUntilValue(body, signal && { signal }),
  doUntil: (body, signal) => doUntil(() => false, body, signal && { signal }),
}

for (const [name, loop] of Object.entries(LOOPS)) {
  describe(`${name}, as every loop,`, () => {
    it('runs one iteration after the other', async () => {
      const works: Deferred<void>[] = []
      const done = loop(() => {
        const work = new Deferred<void>()
        works.push(work)
        return work.future
      })
      for (let count = 1; count <= 3; count++) {
        await settle()
        assert.equal(works.length, count)
        works[count - 1]?.resolve(undefined)
      }
      await settle()
      works[3]?.reject(boom)
      assert.equal(await failureOf(done), boom)
    })

    it('fails with what its body throws, or its future or promise fails with', async () => {
      const raise = (): never => {
        throw boom
      }
      assert.equal(await failureOf(loop(raise)), boom)
      assert.equal(await failureOf(loop(() => Future.failed(boom))), boom)
      assert.equal(await failureOf(loop(() => Promise.reject(boom))), boom)
      assert.equal(await failureOf(loop(() => sleep(0).then(raise))), boom)
    })

    it('ends when its signal fires: before it, between ready iterations, and within one', async () => {
      let calls = 0
      const before = loop(() => calls++, AbortSignal.abort())
      assert.ok((await failureOf(before)) instanceof AbortedError)
      assert.equal(calls, 0)
      const between = new AbortController()
      const ready = loop(() => {
        if (++calls === 3) between.abort(boom)
      }, between.signal)
      assert.equal(await failureOf(ready), boom)
      assert.equal(calls, 3)
      const within = new AbortController()
      const listeners = countListeners(within.signal)
      const { future } = new Deferred<void>()
      const waiting = loop(() => future, within.signal)
      assert.equal(listeners(), 1)
      within.abort(boom)
      assert.equal(await failureOf(waiting), boom)
      assert.equal(listeners(), 0)
    })

    it('lets timers and input in between a million ready iterations', async () => {
      let calls = 0
      const turns = await turnsDuring(() =>
        loop(() => {
          if (++calls === 4 * MANY) throw boom
        }).catch(() => {}),
      )
      assert.equal(calls, 4 * MANY)
      assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
    })

    it('keeps the async context of its caller in every iteration', async () => {
      const storage = new AsyncLocalStorage<string>()
      const seen: unknown[] = []
      const work = new Deferred<void>()
      const done = storage.run('caller', () =>
        loop(() => {
          seen.push(storage.getStore())
          if (seen.length === 2) throw boom
          return work.future
        }),
      )
      storage.run('resolver', () => work.resolve(undefined))
      assert.equal(await failureOf(done), boom)
      assert.deepEqual(seen, ['caller', 'caller'])
    })

    it('refuses a body that is no function, and unknown options', () => {
      assert.throws(() => loop(5 as unknown as () => void), OptionError)
      assert.throws(() => loop(() => {}, 'now' as unknown as AbortSignal), OptionError)
    })
  })
}

describe('repeat', () => {
  it('stops at STOP, of a value, a future or a promise', async () => {
    let calls = 0
    const done = repeat(() => (++calls === 3 ? STOP : undefined))
    assert.equal(done.get(), undefined)
    assert.equal(calls, 3)
    await repeat(() => Future.ready(STOP))
    await repeat(() => Promise.resolve(STOP))
    await repeat(() => sleep(0).then(() => STOP))
  })

  it('refuses results that are neither STOP nor nothing', async () => {
    for (const wrong of [true, false, 0, null, Promise.resolve(true)]) {
      const done = repeat(() => wrong as unknown as undefined)
      assert.match(String(await failureOf(done)), /repeat's body must be STOP or nothing/)
    }
  })
})

describe('repeatUntilValue', () => {
  it('gives the first value; null, false and 0 are values', async () => {
    for (const value of [null, false, 0, '', 'text']) {
      let calls = 0
      assert.equal(repeatUntilValue(() => (++calls === 3 ? value : undefined)).get(), value)
      assert.equal(await repeatUntilValue(() => sleep(0).then(() => value)), value)
      assert.equal(calls, 3)
    }
  })
})

describe('doUntil', () => {
  it('fails when its condition throws or gives anything but true or false', async () => {
    const raise = (): never => {
      throw boom
    }
    assert.equal(await failureOf(doUntil(raise, () => {})), boom)
    for (const wrong of [undefined, 1, Future.ready(true)]) {
      const done = doUntil(() => wrong as unknown as boolean, assert.fail)
      assert.match(String(await failureOf(done)), /doUntil's stop must be a boolean/)
    }
    assert.throws(() => doUntil(true as unknown as () => boolean, () => {}), OptionError)
  })
})
