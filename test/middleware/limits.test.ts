import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { body, rawBody, signal } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { Deferred, Future, sleep } from '../../src/future/index.ts'
import { createRequest, HttpError, HttpResponse, StreamBody } from '../../src/http/index.ts'
import {
  bodyLimit,
  compression,
  conditional,
  decompression,
  timeout,
} from '../../src/middleware/index.ts'
import { unknown } from '../../src/schema/index.ts'
import { makeApp } from '../app/support.ts'
import { around, now, text } from './support.ts'

describe('timeout', () => {
  it('answers instead of a handler that takes too long, and fires the signal', async () => {
    const clock = new ManualClock()
    const layer = timeout(1000, { clock, retryAfterSeconds: 3 })
    const late = new Deferred<HttpResponse>()
    const request = createRequest()
    const answer = around([layer], () => late.future)(request)
    const { signal } = request
    clock.advance(999)
    assert.equal(signal.aborted, false)
    clock.advance(1)
    const response = await answer
    assert.equal(response.status, 503)
    assert.equal(response.header('retry-after'), '3')
    assert.equal(signal.aborted, true)
    assert.ok(signal.reason instanceof HttpError && signal.reason.status === 503)
    assert.equal(layer.expired, 1)
  })

  it('ends what a handler streams too late', async () => {
    const clock = new ManualClock()
    const late = new Deferred<HttpResponse>()
    const answer = around([timeout(10, { clock, status: 504 })], () => late.future)()
    clock.advance(10)
    assert.equal((await answer).status, 504)
    const ended = new Deferred<void>()
    const body = new StreamBody([])
    body.onOver = () => ended.resolve()
    late.resolve(new HttpResponse(200, body))
    await ended.future
  })

  it('leaves no timer behind when the handler is in time', async () => {
    const clock = new ManualClock()
    const layer = timeout(10, { clock })
    const later = new Deferred<HttpResponse>()
    const answer = around([layer], () => later.future)()
    later.resolve(text(200, 'in time'))
    assert.equal((await answer).body, 'in time')
    clock.advance(1000)
    assert.equal(layer.expired, 0)
    assert.equal(now(around([layer])()).body, 'ok')
    const failed = around([layer], () => Future.failed(new HttpError(409)))()
    assert.equal((await failed).status, 409)
  })

  it('is not logged as a failure when the handler gives up for it', async () => {
    const { app, client, logged } = makeApp()
    const asked = { in: { aborted: signal() }, use: [timeout(5)] }
    app.get('/x', asked, ({ aborted }) => sleep(60_000, { signal: aborted }))
    assert.equal((await client.get('/x')).status, 503)
    assert.deepEqual(logged, [])
  })

  it('refuses impossible options', () => {
    assert.throws(() => timeout(undefined as never), OptionError)
    assert.throws(() => timeout(0), OptionError)
    assert.throws(() => timeout(10, { status: 500 as never }), OptionError)
    assert.throws(() => timeout(10, { ms: 1 } as never), OptionError)
  })
})

describe('bodyLimit', () => {
  it('refuses bodies that declare to be longer before they are read', async () => {
    const { app, client } = makeApp()
    const layer = bodyLimit(10)
    app.post('/x', { use: [layer], in: { data: rawBody() } }, ({ data }) => data.length)
    assert.equal((await client.post('/x', { body: 'x'.repeat(10) })).json(), 10)
    assert.equal((await client.post('/x', { body: 'x'.repeat(11) })).status, 413)
    assert.equal(layer.refused, 1)
  })

  it('refuses bodies that become longer while they are read', async () => {
    const { app, client } = makeApp()
    app.post('/x', { use: [bodyLimit(10)], in: { data: rawBody() } }, ({ data }) => data.length)
    const pieces = function* (count: number): Generator<string> {
      for (let at = 0; at < count; at++) yield 'xxxxx'
    }
    assert.equal((await client.post('/x', { body: pieces(2) })).json(), 10)
    assert.equal((await client.post('/x', { body: pieces(3) })).status, 413)
  })

  it('gives way to what a route says itself', async () => {
    const { app, client } = makeApp({ use: [bodyLimit(1_000_000)] })
    app.post('/x', { maxBodyBytes: 4, in: { data: rawBody() } }, ({ data }) => data.length)
    assert.equal((await client.post('/x', { body: '12345' })).status, 413)
    assert.throws(() => bodyLimit(-1), OptionError)
  })
})

describe('compression, conditional and decompression', () => {
  it('work for one route', async () => {
    const { app, client } = makeApp()
    app.get('/big', { use: [compression(), conditional()] }, () => 'x'.repeat(5000))
    app.get('/plain', () => 'x'.repeat(5000))
    const headers = { 'accept-encoding': 'gzip' }
    const big = await client.get('/big', { headers })
    assert.equal(big.headers.get('content-encoding'), 'gzip')
    assert.equal((await client.get('/plain', { headers })).headers.get('content-encoding'), null)
    const etag = big.headers.get('etag') ?? ''
    const again = await client.get('/big', { headers: { ...headers, 'if-none-match': etag } })
    assert.equal(again.status, 304)
  })

  it('reads compressed bodies with parameters and inputs of the route', async () => {
    const { app, client } = makeApp({ use: [decompression()] })
    app.post('/x/{id:int}', { in: { data: body(unknown()) } }, ({ id, data }) => ({ id, data }))
    const response = await client.post('/x/7', {
      body: gzipSync('{"a":1}'),
      headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    })
    assert.deepEqual(response.json(), { id: 7, data: { a: 1 } })
  })

  it('check their options at once', () => {
    assert.throws(() => compression({ level: 1 } as never), OptionError)
    assert.throws(() => conditional({ etag: 'x' as never }), OptionError)
    assert.throws(() => decompression({ x: 1 } as never), OptionError)
  })
})
