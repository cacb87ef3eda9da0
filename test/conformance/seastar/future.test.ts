import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import { Deferred, Future, yieldNow } from '../../../src/future/index.ts'
import { boom, fail, failed, late, lateFailed, nextTurn, normalMode, ready } from './support.ts'

describe('Seastar: future core', () => {
  it('1 gives a value that was set before the future is taken', () => {
    const deferred = new Deferred<number>()
    deferred.resolve(10)
    assert.equal(deferred.future.get(), 10)
  })

  it('2 throws from get the same object that was set before the future is taken', () => {
    const deferred = new Deferred<number>()
    deferred.reject(boom)
    assert.throws(
      () => deferred.future.get(),
      (error) => error === boom,
    )
  })

  it('3 wraps a plain value returned from then', async () => {
    for (const source of [ready(1), late(1)]) {
      const next = source.future.then(() => 3)
      source.go()
      assert.ok(next instanceof Future)
      assert.equal(await next, 3)
    }
  })

  it('4 flattens a pending future returned from then; its later failure fails the chain', async () => {
    const inner = new Deferred<number>()
    const skipped: unknown[] = []
    const chain = Future.ready()
      .then(() => inner.future)
      .then((value) => skipped.push(value))
    await nextTurn()
    assert.ok(chain.isPending)
    inner.reject(boom)
    await assert.rejects(chain.toPromise(), boom)
    assert.deepEqual(skipped, [])
  })

  it('5 fails the result of a then that throws, and skips the later ones', async () => {
    for (const source of [ready(1), late(1)]) {
      const skipped: unknown[] = []
      const chain = source.future.then(fail).then((value) => skipped.push(value))
      source.go()
      await assert.rejects(chain.toPromise(), boom)
      assert.deepEqual(skipped, [])
    }
  })

  it('6 runs the then of a ready future before then returns', normalMode, () => {
    const seen: string[] = []
    void Future.ready().then(() => seen.push('inline'))
    seen.push('after')
    assert.deepEqual(seen, ['inline', 'after'])
  })

  it('6 does not run the then of yieldNow before then returns', async () => {
    const seen: string[] = []
    const done = yieldNow().then(() => seen.push('yielded'))
    seen.push('after')
    await done
    assert.deepEqual(seen, ['after', 'yielded'])
  })

  it('7 never runs a continuation inside resolve or reject', async () => {
    const seen: string[] = []
    const good = new Deferred<void>()
    const bad = new Deferred<void>()
    const done = [
      good.future.then(() => seen.push('then')),
      bad.future.catch(() => seen.push('catch')),
    ]
    good.resolve()
    bad.reject(boom)
    seen.push('after')
    await Promise.all(done)
    assert.equal(seen[0], 'after')
    assert.equal(seen.length, 3)
  })

  it(
    '8 runs continuations of different futures in the order they were resolved',
    normalMode,
    async () => {
      const deferreds = Array.from({ length: 50 }, () => new Deferred<void>())
      const seen: number[] = []
      const all = deferreds.map(({ future }, index) => future.then(() => seen.push(index)))
      const order = deferreds.map((_, index) => (index * 7) % 50)
      for (const index of order) deferreds[index]?.resolve()
      await Promise.all(all)
      assert.deepEqual(seen, order)
    },
  )

  it('10 refuses a second settlement and keeps the first', async () => {
    const deferred = new Deferred<number>()
    assert.equal(deferred.resolve(1), true)
    assert.equal(deferred.resolve(2), false)
    assert.equal(deferred.reject(boom), false)
    assert.equal(await deferred.future, 1)
  })

  it('11 shows value and failure to thenWrapped', async () => {
    const sources = [
      () => ready(1),
      () => late(1),
      () => failed<number>(boom),
      () => lateFailed<number>(boom),
    ]
    for (const make of sources) {
      const source = make()
      const seen = source.future.thenWrapped((settled) => {
        assert.equal(settled, source.future)
        settled.ignore()
        return settled.isReady ? settled.get() : 'failed'
      })
      source.go()
      assert.equal(await seen, source.future.isReady ? 1 : 'failed')
    }
  })

  it('12 fails the result of a thenWrapped that throws on a ready future', async () => {
    await assert.rejects(Future.ready(1).thenWrapped(fail).toPromise(), boom)
  })

  it('13 fails the result of a thenWrapped that throws on a pending future', async () => {
    const source = late(1)
    const result = source.future.thenWrapped(fail)
    source.go()
    await assert.rejects(result.toPromise(), boom)
  })

  it('14 does not call catch on success', async () => {
    for (const source of [ready(1), late(1)]) {
      let calls = 0
      const passed = source.future.catch(() => calls++)
      source.go()
      assert.equal(await passed, 1)
      assert.equal(calls, 0)
    }
  })

  it('15 lets catch return a value or a future, or throw again', async () => {
    for (const make of [failed<number>, lateFailed<number>]) {
      const source = make(boom)
      const inner = new Deferred<number>()
      const other = new Error('other')
      const value = source.future.catch(() => 2)
      const future = source.future.catch(() => inner.future)
      const again = source.future.catch((reason) => {
        throw new Error('other', { cause: reason })
      })
      source.go()
      inner.resolve(3)
      assert.equal(await value, 2)
      assert.equal(await future, 3)
      await assert.rejects(again.toPromise(), { message: other.message, cause: boom })
    }
  })

  it('16 lets catchType match a subclass, and passes others on', async () => {
    class Child extends RangeError {}
    for (const make of [failed<number>, lateFailed<number>]) {
      const child = make(new Child('child'))
      const other = make(boom)
      const handled = child.future.catchType(RangeError, (error) => error.message)
      const passed = other.future.catchType(RangeError, () => 'handled')
      child.go()
      other.go()
      assert.equal(await handled, 'child')
      await assert.rejects(passed.toPromise(), boom)
    }
  })

  it('17 keeps the failure on discard', async () => {
    for (const make of [failed<number>, lateFailed<number>]) {
      const source = make(boom)
      const discarded = source.future.discard()
      source.go()
      await assert.rejects(discarded.toPromise(), boom)
    }
    assert.equal(await Future.ready(1).discard(), undefined)
  })

  it('18 stores the failure itself, not a wrapper', async () => {
    for (const reason of [boom, 'text', 42, null, undefined, { code: 1 }]) {
      const seen = await Future.failed(reason).then(
        () => 'a value',
        (caught) => caught,
      )
      assert.equal(seen, reason)
    }
  })

  const steps: [string, () => unknown][] = [
    ['a value', () => 1],
    ['a ready future', () => Future.ready(1)],
    ['a pending future', () => yieldNow().then(() => 1)],
    ['a promise', () => Promise.resolve(1)],
  ]
  for (const [name, step] of steps) {
    it(`19 makes a future of ${name}`, async () => {
      const made = Future.try(step)
      assert.ok(made instanceof Future)
      assert.equal(await made, 1)
    })
  }
  const failures: [string, () => unknown][] = [
    ['a throw', fail],
    ['a failed future', () => Future.failed(boom)],
    ['a future that fails later', () => yieldNow().then(fail)],
    ['a rejected promise', () => Promise.reject(boom)],
  ]
  for (const [name, step] of failures) {
    it(`19 makes a failed future of ${name}`, async () => {
      const made = Future.try(step)
      assert.ok(made instanceof Future)
      await assert.rejects(made.toPromise(), boom)
    })
  }

  it('99 shows the store of the request in every continuation, whoever resolves', async () => {
    const requests = new AsyncLocalStorage<number>()
    const shared = new Deferred<void>()
    const own = Array.from({ length: 20 }, () => new Deferred<void>())
    const seen: [number, number | undefined][] = []
    const handle = (request: number): Future<unknown> => {
      const note = () => seen.push([request, requests.getStore()])
      return shared.future
        .then(note)
        .then(() => own[request]?.future)
        .thenWrapped(note)
        .tap(note)
        .then(fail)
        .catch(note)
        .finally(note)
        .then(() => yieldNow())
        .then(note)
    }
    const all = own.map((_, request) => requests.run(request, () => handle(request)))
    requests.run(-1, () => shared.resolve())
    await nextTurn()
    requests.run(-2, () => {
      for (const deferred of own.toReversed()) deferred.resolve()
    })
    await Promise.all(all)
    assert.equal(seen.length, 6 * own.length)
    assert.deepEqual(
      seen.filter(([request, store]) => request !== store),
      [],
    )
  })

  it('100 does not overflow the stack on 100,000 nested ready continuations', async () => {
    const nest = (depth: number): Future<number> =>
      depth === 100_000 ? Future.ready(depth) : Future.ready(depth + 1).then(nest)
    assert.equal(await nest(0), 100_000)
  })
})
