import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TimeoutError } from '../../src/core/errors.ts'
import { Deferred, sleep } from '../../src/future/index.ts'
import type { HttpResponse } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, statuses, text, withServer } from './support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** Milliseconds until the connection of a client is closed that sends `input` and then nothing. */
async function timeToClose(port: number, input: string): Promise<{ ms: number; answer: string }> {
  const client = await RawClient.connect(port)
  const start = performance.now()
  client.send(input)
  const answer = await client.untilEnd()
  return { ms: performance.now() - start, answer }
}

describe('HttpServer: timeouts', () => {
  it('answers 408 to a head that does not end', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const { ms, answer } = await timeToClose(server.port, 'GET / HTTP/1.1\r\nHost:')
        assert.deepEqual(statuses(answer), [408])
        assert.ok(ms >= 40, `${ms} ms`)
        assert.equal(server.stats().timeouts.header, 1)
      },
      { headerTimeoutMs: 40 },
    ))

  it('answers 408 to a head that comes in drops', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const client = await RawClient.connect(server.port)
        const dripping = setInterval(() => client.send('a'), 10)
        client.send('GET /')
        assert.deepEqual(statuses(await client.untilEnd()), [408])
        clearInterval(dripping)
      },
      { headerTimeoutMs: 40 },
    ))

  it('closes silently when nothing comes at all', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const { ms, answer } = await timeToClose(server.port, '')
        assert.equal(answer, '')
        assert.ok(ms >= 40, `${ms} ms`)
        assert.equal(server.stats().timeouts.idle, 1)
      },
      { headerTimeoutMs: 40 },
    ))

  it('closes silently between two requests', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const { ms, answer } = await timeToClose(server.port, GET)
        assert.deepEqual(statuses(answer), [200])
        assert.ok(ms >= 40, `${ms} ms`)
      },
      { idleTimeoutMs: 40 },
    ))

  it('fails the body with 408 when it does not end', () =>
    withServer(
      (request) => request.bytes().then(() => text(200, '')),
      async (server) => {
        const input = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc'
        const { ms, answer } = await timeToClose(server.port, input)
        assert.deepEqual(statuses(answer), [408])
        assert.ok(ms >= 40, `${ms} ms`)
        assert.equal(server.stats().timeouts.body, 1)
      },
      { bodyTimeoutMs: 40 },
    ))

  it('answers 503 for a handler that takes too long, fires its signal, and drops its answer', () => {
    const reasons: unknown[] = []
    const late: Deferred<HttpResponse>[] = []
    return withServer(
      (request) => {
        if (late.length > 0) return text(200, 'next')
        request.signal.addEventListener('abort', () => reasons.push(request.signal.reason))
        late.push(new Deferred<HttpResponse>())
        return late[0]!.future
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/took too long/)
        late[0]?.resolve(text(200, 'late'))
        client.send(GET)
        client.end()
        const answer = await client.untilEnd()
        assert.deepEqual(statuses(answer), [503, 200])
        assert.deepEqual(bodies(answer).at(-1), 'next')
        assert.ok(reasons[0] instanceof TimeoutError)
        assert.equal(server.stats().timeouts.handler, 1)
      },
      { handlerTimeoutMs: 40 },
    )
  })

  it('cuts off a client that does not take its response', () =>
    withServer(
      () => text(200, 'x'.repeat(30_000_000)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.pause()
        client.send(GET)
        while (server.stats().timeouts.write === 0) await sleep(5)
        client.resume()
        assert.ok((await client.untilEnd()).length < 30_000_000)
      },
      { writeTimeoutMs: 60 },
    ))

  it('lets a timeout of 0 never fire', () =>
    withServer(
      () => sleep(60).then(() => text(200, 'a')),
      async (server) => {
        const client = await RawClient.connect(server.port)
        await sleep(60)
        client.send(GET)
        assert.deepEqual(statuses(await client.until(/\r\n\r\na$/)), [200])
        client.destroy()
      },
      // The write timeout keeps the sweeps frequent.
      { headerTimeoutMs: 0, idleTimeoutMs: 0, handlerTimeoutMs: 0, writeTimeoutMs: 20 },
    ))
})
