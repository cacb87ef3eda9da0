import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { debug } from '../../src/core/debug.ts'
import {
  CleanupError,
  Deferred,
  Future,
  FutureCycleError,
  NotReadyError,
  OptionError,
  TimeoutError,
} from '../../src/future/index.ts'

/** Debug mode schedules every continuation on purpose; these tests are about the inline ones. */
const inline = { skip: debug.enabled ? 'debug mode never runs a continuation inline' : false }

const boom = new Error('boom')

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('Future', () => {
  it('knows a value set before the future is taken', async () => {
    const deferred = new Deferred<number>()
    deferred.resolve(7)
    assert.equal(deferred.future.get(), 7)
    assert.equal(await deferred.future, 7)
  })

  it('throws the very failure it was given from get', () => {
    const deferred = new Deferred<number>()
    deferred.reject(boom)
    assert.throws(
      () => deferred.future.get(),
      (error) => error === boom,
    )
  })

  it('refuses get while pending', () => {
    assert.throws(() => new Deferred().future.get(), NotReadyError)
  })

  it('tells its state', () => {
    const failed = Future.failed(boom)
    failed.ignore()
    const state = (future: Future<unknown>) => [future.isPending, future.isReady, future.isFailed]
    assert.deepEqual(state(new Deferred().future), [true, false, false])
    assert.deepEqual(state(Future.ready(1)), [false, true, false])
    assert.deepEqual(state(failed), [false, false, true])
  })

  it('runs the continuation of a ready future before then returns', inline, () => {
    let seen = 0
    const next = Future.ready(1).then((value) => {
      seen = value
      return value + 1
    })
    assert.equal(seen, 1)
    assert.equal(next.get(), 2)
  })

  it('runs from the run queue on a pending future, never inside resolve', async () => {
    const { future, resolve } = Future.withResolvers<number>()
    const seen: string[] = []
    const done = future.then((value) => seen.push(`then ${value}`))
    resolve(1)
    seen.push('after resolve')
    await done
    assert.deepEqual(seen, ['after resolve', 'then 1'])
  })

  it(
    'runs continuations of different futures in the order they were resolved',
    inline,
    async () => {
      const deferreds = [1, 2, 3].map(() => new Deferred<void>())
      const seen: number[] = []
      const all = deferreds.map(({ future }, index) => future.then(() => seen.push(index)))
      for (const index of [2, 0, 1]) deferreds[index]?.resolve()
      await Promise.all(all)
      assert.deepEqual(seen, [2, 0, 1])
    },
  )

  it('has any number of consumers, served in the order they came', async () => {
    const { future, resolve } = Future.withResolvers<string>()
    const seen: string[] = []
    const consumers = ['a', 'b', 'c'].map((name) => future.then((value) => seen.push(name + value)))
    resolve('1')
    await Promise.all(consumers)
    assert.deepEqual(seen, ['a1', 'b1', 'c1'])
    await future.then((value) => seen.push(`d${value}`))
    assert.equal(seen.at(-1), 'd1')
  })

  it('lets only the first settlement count', () => {
    const deferred = new Deferred<number>()
    assert.equal(deferred.resolve(1), true)
    assert.equal(deferred.resolve(2), false)
    assert.equal(deferred.reject(boom), false)
    assert.equal(deferred.future.get(), 1)
  })

  it('cannot be settled while it follows another future', async () => {
    const inner = new Deferred<number>()
    const outer = new Deferred<number>()
    outer.resolve(inner.future)
    assert.equal(outer.resolve(2), false)
    inner.resolve(1)
    assert.equal(await outer.future, 1)
  })

  it('wraps a plain value returned from then', async () => {
    assert.equal(await Future.ready(1).then(() => 'plain'), 'plain')
    assert.equal(await Future.ready(1).then(() => null), null)
  })

  it('flattens a pending future returned from then, and its later failure', async () => {
    const good = new Deferred<number>()
    const bad = new Deferred<number>()
    const first = Future.ready().then(() => good.future)
    const second = good.future.then(() => bad.future)
    good.resolve(5)
    bad.reject(boom)
    assert.equal(await first, 5)
    await assert.rejects(second.toPromise(), boom)
  })

  it('skips continuations after a throw until one handles it', async () => {
    const seen: string[] = []
    const value = await Future.ready()
      .then(() => {
        throw boom
      })
      .then(() => seen.push('skipped'))
      .catch((reason) => (reason === boom ? 'handled' : 'other'))
    assert.equal(value, 'handled')
    assert.deepEqual(seen, [])
  })

  it('keeps the failure itself, not a wrapper', async () => {
    for (const reason of [boom, 'text', undefined, null]) {
      assert.equal(await Future.failed(reason).catch((seen) => seen), reason)
    }
  })

  it('does not call catch on success', async () => {
    assert.equal(await Future.ready(3).catch(() => 4), 3)
  })

  it('handles failures of one class and its subclasses only', async () => {
    class Child extends TypeError {}
    const handled = Future.failed(new Child('x')).catchType(TypeError, (error) => error.message)
    assert.equal(await handled, 'x')
    const passed = Future.failed(boom).catchType(TypeError, () => 'no')
    await assert.rejects(passed.toPromise(), boom)
  })

  it('ignores handlers that are no functions, as promises do', async () => {
    assert.equal(await Future.ready(1).then(null, null), 1)
    await assert.rejects(Future.failed(boom).then().toPromise(), boom)
  })

  it('gives the settled future to thenWrapped, for value and failure', async () => {
    const name = (future: Future<number>) => (future.isReady ? 'ready' : 'failed')
    assert.equal(await Future.ready(1).thenWrapped(name), 'ready')
    const failed = Future.failed<number>(boom).thenWrapped((future) => {
      future.ignore()
      return name(future)
    })
    assert.equal(await failed, 'failed')
  })

  it('fails when the callback of thenWrapped throws', async () => {
    const throwing = () => {
      throw boom
    }
    await assert.rejects(Future.ready(1).thenWrapped(throwing).toPromise(), boom)
    const { future, resolve } = Future.withResolvers<number>()
    const late = future.thenWrapped(throwing)
    resolve(1)
    await assert.rejects(late.toPromise(), boom)
  })

  it('passes the value by tap, and waits for what tap starts', async () => {
    const gate = new Deferred<void>()
    let isDone = false
    const tapped = Future.ready('value').tap(() =>
      gate.future.then(() => {
        isDone = true
      }),
    )
    assert.ok(tapped.isPending)
    gate.resolve()
    assert.equal(await tapped, 'value')
    assert.ok(isDone)
    await assert.rejects(
      Future.ready(1)
        .tap(() => Future.failed(boom))
        .toPromise(),
      boom,
    )
  })

  it('discards the value and keeps the failure', async () => {
    assert.equal(await Future.ready(1).discard(), undefined)
    await assert.rejects(Future.failed(boom).discard().toPromise(), boom)
  })

  it('fails instead of waiting for itself', async () => {
    const deferred = new Deferred<unknown>()
    deferred.resolve(deferred.future)
    await assert.rejects(deferred.future.toPromise(), FutureCycleError)
    const gate = new Deferred<void>()
    const loop: Future<unknown> = gate.future.then(() => loop)
    gate.resolve()
    await assert.rejects(loop.toPromise(), FutureCycleError)
  })

  it('does not overflow the stack on 100,000 nested ready continuations', async () => {
    let depth = 0
    const nest = (): Future<number> =>
      ++depth === 100_000 ? Future.ready(depth) : Future.ready().then(nest)
    assert.equal(await nest(), 100_000)
  })

  it('does not overflow the stack on a pending chain of 100,000 links', async () => {
    const start = new Deferred<number>()
    let end = start.future
    for (let link = 0; link < 100_000; link++) end = end.then((value) => value + 1)
    start.resolve(0)
    assert.equal(await end, 100_000)
  })

  it('lets timers and input in while a long chain runs', async () => {
    const start = new Deferred<number>()
    let end = start.future
    for (let link = 0; link < 150_000; link++) end = end.then((value) => value + 1)
    let ticks = 0
    const ticker = setInterval(() => ticks++, 0)
    start.resolve(0)
    await end
    clearInterval(ticker)
    assert.ok(ticks > 0, 'no timer ran')
  })

  it('shows the store of the caller of then in each continuation, whoever resolves', async () => {
    const storage = new AsyncLocalStorage<string>()
    const { future, resolve } = Future.withResolvers<void>()
    const seen: (string | undefined)[] = []
    const chains = ['a', 'b'].map((name) =>
      storage.run(name, () =>
        future
          .then(() => seen.push(storage.getStore()))
          .then(() => seen.push(storage.getStore()))
          .finally(() => seen.push(storage.getStore())),
      ),
    )
    storage.run('resolver', () => resolve())
    await Promise.all(chains)
    assert.deepEqual(seen.toSorted(), ['a', 'a', 'a', 'b', 'b', 'b'])
  })
})

describe('inspect', () => {
  it('shows the outcome as it does for a promise', () => {
    const failed = Future.failed(new RangeError('too far'))
    failed.ignore()
    assert.equal(inspect(Future.ready({ id: 1 })), 'Future { { id: 1 } }')
    assert.equal(inspect(new Deferred().future), 'Future { <pending> }')
    assert.match(inspect(failed), /^Future \{ <failed> \[?RangeError: too far/)
  })

  it('does not count as consuming a failure', () => {
    const failed = Future.failed(boom)
    inspect(failed)
    assert.equal(failed.takeUnhandled(), true)
  })
})

describe('Future.finally', () => {
  const sources: [string, () => { future: Future<number>; go: () => void }][] = [
    ['ready', () => ({ future: Future.ready(1), go: () => {} })],
    [
      'pending',
      () => {
        const deferred = new Deferred<number>()
        return { future: deferred.future, go: () => deferred.resolve(1) }
      },
    ],
  ]
  for (const [name, make] of sources) {
    it(`runs on the value of a ${name} future and passes it`, async () => {
      const { future, go } = make()
      let runs = 0
      const after = future.finally(() => {
        runs++
        return 'not the value'
      })
      go()
      assert.equal(await after, 1)
      assert.equal(runs, 1)
    })

    it(`waits for the cleanup of a ${name} future`, async () => {
      const { future, go } = make()
      const cleanup = new Deferred<void>()
      const after = future.finally(() => cleanup.future)
      go()
      await nextTurn()
      assert.ok(after.isPending)
      cleanup.resolve()
      assert.equal(await after, 1)
    })

    it(`fails a good ${name} future with the failure of its cleanup`, async () => {
      const { future, go } = make()
      const after = future.finally(() => Future.failed(boom))
      go()
      await assert.rejects(after.toPromise(), boom)
    })
  }

  it('keeps both failures when the cleanup of a failed future fails', async () => {
    const original = new Error('original')
    for (const cleanup of [() => Future.failed(boom), () => Promise.reject(boom)]) {
      await assert.rejects(Future.failed(original).finally(cleanup).toPromise(), (error) => {
        assert.ok(error instanceof CleanupError)
        assert.equal(error.error, boom)
        assert.equal(error.suppressed, original)
        assert.match(error.message, /boom.*original/)
        return true
      })
    }
  })
})

describe('Future.from and Future.try', () => {
  it('returns a future unchanged', () => {
    const future = Future.ready(1)
    assert.equal(Future.from(future), future)
  })

  it('follows native promises', async () => {
    assert.equal(await Future.from(Promise.resolve(4)), 4)
    await assert.rejects(Future.from(Promise.reject(boom)).toPromise(), boom)
  })

  it('counts only the first answer of a thenable that answers twice, or throws after answering', async () => {
    const twice = {
      // biome-ignore lint/suspicious/noThenProperty: the subject of the test
      then(resolve: (value: number) => void, reject: (reason: unknown) => void) {
        resolve(1)
        resolve(2)
        reject(boom)
        throw boom
      },
    }
    assert.equal(await Future.from(twice as PromiseLike<number>), 1)
  })

  it('fails if reading then throws', async () => {
    const hostile = {
      get then(): never {
        throw boom
      },
    }
    await assert.rejects(Future.from<unknown>(hostile).toPromise(), boom)
  })

  it('makes a future of a value, a throw, a ready and a failed future', async () => {
    assert.equal(Future.try(() => 1).get(), 1)
    assert.equal(Future.try(() => Future.ready(2)).get(), 2)
    const throwing = () => {
      throw boom
    }
    await assert.rejects(Future.try(throwing).toPromise(), boom)
    await assert.rejects(Future.try(() => Future.failed(boom)).toPromise(), boom)
  })

  it('is awaited like a promise, failures included', async () => {
    assert.equal(await Future.ready('x'), 'x')
    await assert.rejects(async () => {
      await Future.failed(boom)
    }, boom)
  })
})

describe('errors', () => {
  it('name themselves and carry stable codes', () => {
    const timeout = new TimeoutError(5, 'The query')
    assert.equal(timeout.name, 'TimeoutError')
    assert.equal(timeout.code, 'CORE_TIMEOUT')
    assert.equal(timeout.message, 'The query did not finish within 5 ms')
    const option = new OptionError('max', -1, 'a positive number')
    assert.equal(option.message, 'max must be a positive number, got -1')
  })
})
