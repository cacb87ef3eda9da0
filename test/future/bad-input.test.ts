import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, type Eventual, Future, FutureCycleError } from '../../src/future/index.ts'

const boom = new Error('boom')

const NON_FUNCTIONS: readonly unknown[] = [undefined, null, 1, 'text', {}, [], Promise.resolve()]

function failing(): Future<number> {
  const { future, reject } = Future.withResolvers<number>()
  reject(boom)
  return future
}

/** A thenable of that behaviour, wherever it comes from. */
function thenable(
  then: (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void,
) {
  // biome-ignore lint/suspicious/noThenProperty: the subject of these tests
  return { then } as PromiseLike<unknown>
}

/** The three ways a thenable gets into a future. */
function waysIn(value: Eventual<unknown>): Future<unknown>[] {
  const deferred = new Deferred<unknown>()
  deferred.resolve(value)
  const pending = new Deferred<void>()
  pending.resolve()
  return [deferred.future, Future.from(value), pending.future.then(() => value)]
}

describe('callbacks that are not functions', () => {
  for (const bad of NON_FUNCTIONS as never[]) {
    const name = bad === null ? 'null' : Array.isArray(bad) ? 'an array' : typeof bad

    it(`are ignored by then, catch and finally, as promises do: ${name}`, async () => {
      assert.equal(await Future.ready(1).then(bad, bad).catch(bad).finally(bad), 1)
      const late = new Deferred<number>()
      const chain = late.future.then(bad, bad).catch(bad).finally(bad)
      late.resolve(2)
      assert.equal(await chain, 2)
      await assert.rejects(failing().then(bad, bad).catch(bad).finally(bad).toPromise(), boom)
    })

    it(`are refused by tap, thenWrapped and catchType: ${name}`, () => {
      const future = Future.ready(1)
      assert.throws(() => future.tap(bad), { name: 'OptionError', option: 'step' })
      assert.throws(() => future.thenWrapped(bad), { name: 'OptionError', option: 'step' })
      assert.throws(() => future.catchType(Error, bad), { name: 'OptionError', option: 'onFailed' })
      assert.throws(() => future.catchType(bad, () => 1), { name: 'OptionError', option: 'type' })
    })

    it(`give Future.try a failure: ${name}`, async () => {
      await assert.rejects(Future.try(bad).toPromise(), TypeError)
    })
  }
})

describe('thenables that misbehave', () => {
  const first: [
    string,
    (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void,
  ][] = [
    ['call back twice', (resolve) => (resolve(1), resolve(2))],
    ['resolve, then reject', (resolve, reject) => (resolve(1), reject(boom))],
    [
      'throw after resolving',
      (resolve) => {
        resolve(1)
        throw boom
      },
    ],
    [
      'resolve with a pending future, then reject',
      (resolve, reject) => {
        const later = new Deferred<number>()
        resolve(later.future)
        reject(boom)
        later.resolve(1)
      },
    ],
  ]
  for (const [name, then] of first) {
    it(`${name}: only the first answer counts`, async () => {
      for (const future of waysIn(thenable(then))) assert.equal(await future, 1)
    })
  }

  it('reject, then resolve: only the first answer counts', async () => {
    const hostile = thenable((resolve, reject) => (reject(boom), resolve(1)))
    for (const future of waysIn(hostile)) await assert.rejects(future.toPromise(), boom)
  })

  it('throw before they answer: that is the failure', async () => {
    const hostile = thenable(() => {
      throw boom
    })
    for (const future of waysIn(hostile)) await assert.rejects(future.toPromise(), boom)
  })

  it('throw from the getter of then: that is the failure, and it is read once', async () => {
    let reads = 0
    const hostile = {
      get then(): never {
        reads++
        throw boom
      },
    } as PromiseLike<unknown>
    for (const future of waysIn(hostile)) await assert.rejects(future.toPromise(), boom)
    assert.equal(reads, 3)
  })

  it('answer with another thenable: it is followed', async () => {
    const inner = thenable((resolve) => resolve(1))
    for (const future of waysIn(thenable((resolve) => resolve(inner))))
      assert.equal(await future, 1)
  })

  it('have a then that is not a function: they are values', async () => {
    // biome-ignore lint/suspicious/noThenProperty: the subject of this test
    const value = { then: 1 }
    for (const future of waysIn(value)) assert.equal(await future, value)
  })
})

describe('an object that has borrowed the then of promises', () => {
  it('fails the future with the TypeError of the engine', async () => {
    // oxlint-disable-next-line typescript/unbound-method -- that is the defect
    const borrowed = { then: Promise.prototype.then } as unknown as Promise<number>
    await assert.rejects(Future.from(borrowed).toPromise(), TypeError)
    await assert.rejects(
      Future.ready()
        .then(() => Object.create(Promise.prototype) as Promise<number>)
        .toPromise(),
      TypeError,
    )
  })
})

/** All at once: one that is asked after another might be reported as unhandled meanwhile. */
async function allFailAsCycles(futures: readonly Future<unknown>[]): Promise<void> {
  await Promise.all(futures.map((future) => assert.rejects(future.toPromise(), FutureCycleError)))
}

describe('futures that wait for themselves', () => {
  it('fail when resolved with themselves', async () => {
    const deferred = new Deferred<unknown>()
    deferred.resolve(deferred.future)
    await assert.rejects(deferred.future.toPromise(), FutureCycleError)
  })

  for (const length of [2, 3, 16]) {
    it(`fail in a ring of ${length}`, async () => {
      const ring = Array.from({ length }, () => new Deferred<unknown>())
      ring.forEach((deferred, index) => deferred.resolve(ring[(index + 1) % length]?.future))
      await allFailAsCycles(ring.map(({ future }) => future))
    })
  }

  it('fail in a ring whose members have other consumers, too', async () => {
    const [a, b, c] = [new Deferred<unknown>(), new Deferred<unknown>(), new Deferred<unknown>()]
    const others = [a, b, c].map(({ future }) => future.then(() => {}))
    a.resolve(b.future)
    b.resolve(c.future)
    c.resolve(a.future)
    await allFailAsCycles(others)
  })

  it('fail when their callback returns them', async () => {
    const gate = new Deferred<void>()
    const { future: open } = gate
    const viaThen: Future<unknown> = open.then(() => viaThen)
    const viaFinally: Future<unknown> = open.finally(() => viaFinally)
    const viaTap: Future<unknown> = open.tap(() => viaTap)
    const viaWrapped: Future<unknown> = open.thenWrapped(() => viaWrapped)
    gate.resolve()
    await allFailAsCycles([viaThen, viaFinally, viaTap, viaWrapped])
  })

  it('fail when their callbacks return each other', async () => {
    const gate = new Deferred<void>()
    const a: Future<unknown> = gate.future.then(() => b)
    const b: Future<unknown> = gate.future.then(() => a)
    gate.resolve()
    await allFailAsCycles([a, b])
  })

  it('fail when their callback waits for their own continuation', async () => {
    const gate = new Deferred<void>()
    const loop: Future<unknown> = gate.future.then(() => next)
    const next = loop.then(() => {})
    gate.resolve()
    await assert.rejects(next.toPromise(), FutureCycleError)
  })

  it('are told from deep recursion, which is no cycle', async () => {
    const count = (left: number): Future<number> => {
      const later = new Deferred<void>()
      later.resolve()
      return left === 0 ? Future.ready(0) : later.future.then(() => count(left - 1))
    }
    assert.equal(await count(10_000), 0)
  })
})

describe('Deferred', () => {
  it('ignores every settlement after the first, whatever it was', async () => {
    const settle: ((deferred: Deferred<unknown>) => boolean)[] = [
      (deferred) => deferred.resolve(1),
      (deferred) => deferred.reject(boom),
      (deferred) => deferred.resolve(new Deferred().future),
      (deferred) => deferred.resolve(deferred.future),
    ]
    for (const first of settle) {
      const deferred = new Deferred<unknown>()
      assert.equal(first(deferred), true)
      const { isPending, isFailed } = deferred.future
      for (const again of settle) assert.equal(again(deferred), false)
      assert.deepEqual([deferred.future.isPending, deferred.future.isFailed], [isPending, isFailed])
      deferred.future.ignore()
    }
  })

  it('may fail with anything, and be resolved with nothing', async () => {
    const failed = new Deferred<void>()
    failed.reject(undefined)
    assert.equal(await failed.future.catch((reason) => [reason]).then((seen) => seen?.length), 1)
    const ready = new Deferred<void>()
    ready.resolve()
    assert.equal(await ready.future, undefined)
  })

  it('follows a promise that rejects', async () => {
    const deferred = new Deferred<number>()
    deferred.resolve(Promise.reject(boom))
    await assert.rejects(deferred.future.toPromise(), boom)
  })
})
