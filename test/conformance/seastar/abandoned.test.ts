import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { abandonedFailures, Deferred, Future, timeoutAsync } from '../../../src/future/index.ts'
import { boom, reportedBy } from './support.ts'

describe('Seastar: forwarding', () => {
  it('27 forwards a pending future to one that nobody consumes yet', async () => {
    const source = new Deferred<number>()
    const target = new Deferred<number>()
    target.resolve(source.future)
    assert.ok(target.future.isPending)
    source.resolve(1)
    assert.equal(await target.future, 1)
  })

  it('28 forwards a pending future to one that has a consumer', async () => {
    const source = new Deferred<number>()
    const target = new Deferred<number>()
    const consumer = target.future.then((value) => value + 1)
    target.resolve(source.future)
    source.resolve(1)
    assert.equal(await consumer, 2)
  })

  it('29 forwards a ready future to one that nobody consumes yet', () => {
    const target = new Deferred<number>()
    target.resolve(Future.ready(1))
    assert.equal(target.future.get(), 1)
  })

  it('30 forwards a ready future to one that has a consumer', async () => {
    const target = new Deferred<number>()
    const consumer = target.future.then((value) => value + 1)
    target.resolve(Future.ready(1))
    assert.equal(await consumer, 2)
  })

  it('31 is silent when nobody watches the target of a value', async () => {
    const reports = await reportedBy(() => {
      const source = new Deferred<number>()
      new Deferred<number>().resolve(source.future)
      source.resolve(1)
      new Deferred<number>().resolve(Future.ready(1))
    })
    assert.deepEqual(reports, [])
  })
})

describe('Seastar: abandoned failures', () => {
  it('35 counts exactly one abandoned failure when nobody has the future of a rejection', async () => {
    const before = abandonedFailures()
    const reports = await reportedBy(() => new Deferred<void>().reject(boom))
    assert.deepEqual(reports, [boom])
    assert.equal(abandonedFailures(), before + 1)
  })

  it('35 counts one for a whole chain and for a chain of followers', async () => {
    const reports = await reportedBy(() => {
      const source = new Deferred<number>()
      const follower = new Deferred<number>()
      follower.resolve(source.future)
      void follower.future.then((value) => value).finally(() => {})
      source.reject(boom)
    })
    assert.deepEqual(reports, [boom])
  })

  it('36 is silent about what ignore gave up, also when the future is shared', async () => {
    const before = abandonedFailures()
    const reports = await reportedBy(async () => {
      Future.failed(boom).ignore()
      const shared = new Deferred<number>()
      shared.future.ignore()
      const other = shared.future.catch(() => 0)
      shared.reject(boom)
      assert.equal(await other, 0)
    })
    assert.deepEqual(reports, [])
    assert.equal(abandonedFailures(), before)
  })

  it('36 is silent about a failure that comes after a timeout', async () => {
    const reports = await reportedBy(async () => {
      const late = new Deferred<number>()
      await timeoutAsync(late.future, 0).catch(() => {})
      late.reject(boom)
    })
    assert.deepEqual(reports, [])
  })

  it('37 takes a late rejection of a consumed value as harmless', async () => {
    const reports = await reportedBy(async () => {
      const deferred = new Deferred<number>()
      deferred.resolve(1)
      assert.equal(await deferred.future, 1)
      assert.equal(deferred.reject(boom), false)
      assert.equal(await deferred.future, 1)
    })
    assert.deepEqual(reports, [])
  })
})
