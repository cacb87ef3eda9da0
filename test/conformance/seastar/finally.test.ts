import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CleanupError, Deferred, Future } from '../../../src/future/index.ts'
import { boom, fail, failed, late, lateFailed, nextTurn, ready, type Source } from './support.ts'

const original = new Error('original')

async function runsCleanupOf(...sources: readonly (() => Source<number>)[]): Promise<void> {
  for (const make of sources) {
    const source = make()
    let runs = 0
    const after = source.future.finally(() => {
      runs++
      return 'not the value'
    })
    source.go()
    const outcome = await after.catch((reason) => reason)
    assert.equal(outcome, source.future.isReady ? 1 : original)
    assert.equal(runs, 1)
  }
}

async function failsWithBoth(cleanup: () => unknown): Promise<void> {
  for (const make of [failed<number>, lateFailed<number>]) {
    const source = make(original)
    const after = source.future.finally(cleanup)
    source.go()
    await assert.rejects(after.toPromise(), (error) => {
      assert.ok(error instanceof CleanupError)
      assert.equal(error.error, boom)
      assert.equal(error.suppressed, original)
      assert.match(error.message, /boom.*original/)
      return true
    })
  }
}

describe('Seastar: finally', () => {
  it('20 is called on success and on failure of a future that has settled', () =>
    runsCleanupOf(
      () => ready(1),
      () => failed(original),
    ))

  it('21 is called on success and on failure of a pending future', () =>
    runsCleanupOf(
      () => late(1),
      () => lateFailed(original),
    ))

  it('22 waits for the future of its cleanup before going on', async () => {
    for (const source of [ready(1), late(1)]) {
      const inner = new Deferred<void>()
      const seen: string[] = []
      const after = source.future.finally(() => inner.future).then(() => seen.push('after'))
      source.go()
      await nextTurn()
      assert.deepEqual(seen, [])
      inner.resolve()
      await after
      assert.deepEqual(seen, ['after'])
    }
  })

  it('23 fails a good pending chain with what it throws', async () => {
    const source = late(1)
    const after = source.future.finally(fail)
    source.go()
    await assert.rejects(after.toPromise(), boom)
  })

  it('24 fails a good chain that is ready already with what it throws', async () => {
    await assert.rejects(Future.ready(1).finally(fail).toPromise(), boom)
  })

  it('25 keeps both failures, and names both, when it throws on a failed chain', () =>
    failsWithBoth(fail))

  it('26 keeps both failures when its cleanup returns a failed future', async () => {
    await failsWithBoth(() => Future.failed(boom))
    await failsWithBoth(() => Future.ready().then(fail))
    await failsWithBoth(() => Promise.reject(boom))
  })
})
