import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { onError } from '../../../src/app/index.ts'
import { ClosedError } from '../../../src/core/errors.ts'
import { AbortedError, get, HttpError, reply, router } from '../../../src/index.ts'
import { makeApp } from '../support.ts'

const DEFECT = new Error('defect')

const throwAgain = (error: unknown): never => {
  throw error
}

describe('the log of failures', () => {
  const thrown: [string, unknown, number, number][] = [
    ['a defect', DEFECT, 500, 1],
    ['nothing', undefined, 500, 1],
    ['an answer', new HttpError(404), 404, 0],
    ['an answer of status 503', new HttpError(503), 503, 0],
    [
      'an answer that hides a defect',
      new HttpError(503, 'x', undefined, { cause: DEFECT }),
      503,
      1,
    ],
    [
      'an answer whose reason is load',
      new HttpError(503, 'x', undefined, { cause: new ClosedError('pool') }),
      503,
      0,
    ],
    ['a client that went away', new AbortedError(new HttpError(499, 'gone')), 499, 0],
  ]
  for (const [name, failure, status, times] of thrown) {
    it(`has ${name} ${times === 0 ? 'not at all' : 'once'}`, async () => {
      const { app, client, logged } = makeApp()
      app.get('/', () => Promise.reject(failure))
      assert.equal((await client.get('/')).status, status)
      assert.deepEqual(logged, times === 0 ? [] : [failure])
    })
  }

  for (const target of [500, Error] as const) {
    it(`has what a handler for ${target === 500 ? 500 : 'Error'} answers`, async () => {
      const { app, client, logged } = makeApp()
      app.onError(target as typeof Error, () => reply(500, { sorry: true }))
      app.get('/', () => Promise.reject(DEFECT))
      app.get('/http', () => Promise.reject(new HttpError(400)))
      assert.deepEqual((await client.get('/')).json(), { sorry: true })
      await client.get('/http')
      assert.deepEqual(logged, [DEFECT])
    })
  }

  it('has an error once that handlers throw again', async () => {
    const { app, client, logged } = makeApp()
    const again = onError(500, throwAgain)
    app.onError(Error, throwAgain)
    app.include(router({ a: get('/', () => Promise.reject(DEFECT)) }, { onError: [again] }))
    for (const time of [1, 2]) {
      assert.equal((await client.get('/')).status, 500)
      assert.equal(logged.length, time)
    }
  })

  it('has both the failure and what the handler for it has thrown', async () => {
    const { app, client, logged } = makeApp()
    const second = new Error('in the handler')
    app.onError(500, () => Promise.reject(second))
    app.get('/', () => Promise.reject(DEFECT))
    assert.equal((await client.get('/')).status, 500)
    assert.deepEqual(logged, [DEFECT, second])
  })
})
