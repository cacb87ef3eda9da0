import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { TimeoutError } from '../../src/future/index.ts'
import { ReactorGoneError, submitTo } from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { functions } from './fixtures/remotes.ts'

describe('submitTo', () => {
  let workers: MeshWorkers

  before(async () => {
    workers = await MeshWorkers.start({
      count: 2,
      module: new URL('./fixtures/remotes.ts', import.meta.url),
    })
  })
  after(() => workers.stop())

  it('calls a function on another core', async () => {
    assert.equal(await submitTo(0, functions.whereAmI), 0)
    assert.equal(await submitTo(1, functions.whereAmI), 1)
    assert.equal(await submitTo(1, functions.add, 2, 3), 5)
  })

  it('keeps class and fields of an error', async () => {
    await assert.rejects(submitTo(1, functions.failWithTimeout), (error) => {
      assert.ok(error instanceof TimeoutError)
      assert.equal(error.timeoutMs, 17)
      return true
    })
  })

  it('fails calls to a reactor that ends', async () => {
    const pending = submitTo(1, functions.never)
    await workers.kill(1)
    await assert.rejects(pending.toPromise(), ReactorGoneError)
    await workers.startCore(1)
    assert.equal(await submitTo(1, functions.whereAmI), 1)
  })
})
