import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { currentGroup } from '../../src/core/run-queue.ts'
import { Deferred, Future, mapAsync } from '../../src/future/index.ts'
import { makeApp } from './support.ts'

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('App.background', () => {
  it('runs work after the handler, in the group of background work', async () => {
    const { app, client } = makeApp()
    const seen: string[] = []
    const note = (what: string): void => void seen.push(`${what} in ${currentGroup().name}`)
    const result = new Deferred<number>()
    app.get('/', () => {
      app
        .background(() => {
          note('work')
          return mapAsync([1, 2], () => result.future.tap(() => note('item')))
        })
        .tap(() => note('end'))
        .ignore()
      note('handler')
      return 'answered'
    })
    // For a test client a request is done when what it has begun is.
    const response = client.get('/')
    while (!seen.includes('work in background')) await nextTurn()
    result.resolve(1)
    assert.equal((await response).status, 200)
    assert.deepEqual(seen, [
      'handler in http',
      'work in background',
      'item in background',
      'item in background',
      'end in http',
    ])
  })

  it('is waited for when the app stops', async () => {
    const { app } = makeApp()
    const work = new Deferred<void>()
    let isStopped = false
    await app.start()
    app.background(() => work.future).ignore()
    const stopped = app.stop().tap(() => {
      isStopped = true
    })
    await nextTurn()
    assert.equal(isStopped, false)
    work.resolve()
    await stopped
  })

  it('gives the outcome to whoever wants it, and stops after failures, too', async () => {
    const { app } = makeApp()
    await app.start()
    assert.equal(await app.background(() => 7), 7)
    await assert.rejects(
      app.background(() => Future.failed(new RangeError('no mail'))).toPromise(),
      /no mail/,
    )
    assert.throws(() => app.background('mail' as never), OptionError)
    await app.stop()
  })
})
