import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClosedError, OptionError } from '../../src/core/errors.ts'
import { Deferred, sleep } from '../../src/future/index.ts'
import { HttpListenError, type HttpResponse, HttpServer } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { statuses, text, withServer } from './support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

async function listening(
  handler: ConstructorParameters<typeof HttpServer>[0],
): Promise<HttpServer> {
  return new HttpServer(handler).listen({ port: 0, host: '127.0.0.1' })
}

describe('HttpServer.close', () => {
  it('is ready at once without connections, and frees the port', async () => {
    const server = await listening(() => text(200, ''))
    const { port } = server
    await server.close()
    const next = new HttpServer(() => text(200, ''))
    await next.listen({ port, host: '127.0.0.1' })
    await next.close()
  })

  it('closes idle connections, whether they were ever used or not', async () => {
    const server = await listening(() => text(200, 'a'))
    const fresh = await RawClient.connect(server.port)
    const used = await RawClient.connect(server.port)
    used.send(GET)
    await used.until(/\r\n\r\na/)
    const closed = server.close()
    await Promise.all([fresh.untilEnd(), used.untilEnd()])
    await closed
    assert.equal(server.stats().connections.open, 0)
  })

  it('lets a request in flight finish, and says that the connection ends', async () => {
    const answer = new Deferred<HttpResponse>()
    const server = await listening(() => answer.future)
    const client = await RawClient.connect(server.port)
    client.send(GET)
    while (server.stats().requests.inFlight === 0) await sleep(1)
    const closed = server.close()
    await sleep(60)
    answer.resolve(text(200, 'done'))
    const received = await client.untilEnd()
    assert.match(received, /connection: close\r\n[^]*done$/)
    await closed
  })

  it('answers every request that was received, and closes behind the last', async () => {
    const server = await listening(() => sleep(20).then(() => text(200, 'a')))
    const client = await RawClient.connect(server.port)
    client.send(GET.repeat(100))
    while (server.stats().requests.inFlight === 0) await sleep(1)
    const closed = server.close()
    const received = await client.untilEnd()
    assert.equal(statuses(received).length, 100)
    assert.equal(received.match(/connection: close/g)?.length, 1)
    await closed
  })

  it('cuts off what is still open at the deadline', async () => {
    const server = await listening(() => new Deferred<HttpResponse>().future)
    const client = await RawClient.connect(server.port)
    client.send(GET)
    while (server.stats().requests.inFlight === 0) await sleep(1)
    const start = performance.now()
    await server.close({ timeoutMs: 80 })
    assert.ok(performance.now() - start >= 80)
    assert.equal(await client.untilEnd(), '')
  })

  it('gives the same future when called again, and refuses to listen afterwards', async () => {
    const server = await listening(() => text(200, ''))
    const closed = server.close()
    assert.equal(server.close(), closed)
    await closed
    await assert.rejects(async () => server.listen({ port: 0 }), ClosedError)
  })

  it('takes the connections that wait in the kernel, where closing would reset them', async () => {
    const server = await listening(() => text(200, 'a'))
    const clients = Array.from({ length: 20 }, () => RawClient.connect(server.port))
    // The connects have reached the kernel, but no turn of the event loop has accepted them.
    await new Promise((resolve) => process.nextTick(resolve))
    assert.equal(server.stats().connections.total, 0)
    const closed = server.close()
    for (const client of await Promise.all(clients)) {
      client.send(GET)
      assert.match(await client.untilEnd(), /^HTTP\/1\.1 200 OK[^]*connection: close[^]*a$/)
    }
    await closed
  })

  it('may be called before listen', async () => {
    await new HttpServer(() => text(200, '')).close()
  })

  it('loses no request under load, and cuts no response short', async () => {
    const body = 'x'.repeat(5000)
    const server = await listening((request) =>
      request.path === '/slow' ? sleep(3).then(() => text(200, body)) : text(200, body),
    )
    const results = Array.from({ length: 32 }, (_, index) =>
      loadUntilClosed(server.port, index % 2 === 0 ? '/slow' : '/fast', body),
    )
    await sleep(100)
    await server.close()
    const finished = await Promise.all(results)
    const { requests, responses } = server.stats()
    assert.ok(finished.every((one) => one.unanswered === 0))
    assert.equal(
      finished.reduce((sum, one) => sum + one.answered, 0),
      responses['2xx'],
    )
    assert.equal(requests.total, responses['2xx'])
    assert.ok(finished.every((one) => one.answered > 0))
  })
})

/** Requests one after the other, until a response says that the connection ends. */
async function loadUntilClosed(
  port: number,
  path: string,
  body: string,
): Promise<{ answered: number; unanswered: number }> {
  const client = await RawClient.connect(port)
  for (let answered = 0; ; answered++) {
    const before = client.received.length
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await client.until(before + body.length + 100)
    const answer = client.received.slice(before)
    if (!answer.endsWith(`\r\n\r\n${body}`)) return { answered, unanswered: 1 }
    if (answer.includes('connection: close')) {
      await client.untilEnd()
      return { answered: answered + 1, unanswered: 0 }
    }
  }
}

describe('HttpServer.listen', () => {
  const server = (): HttpServer => new HttpServer(() => text(200, ''))

  it('names host, port and cause when the address is not of this machine', async () => {
    await assert.rejects(
      async () => server().listen({ port: 0, host: '203.0.113.1' }),
      (error: HttpListenError) => {
        assert.ok(error instanceof HttpListenError)
        assert.match(error.message, /^Cannot listen on 203\.0\.113\.1:0: this machine has no such/)
        assert.equal((error.cause as { code?: string }).code, 'EADDRNOTAVAIL')
        return true
      },
    )
  })

  it('refuses bad and unknown options', () => {
    assert.throws(() => server().listen({ port: 70_000 }), OptionError)
    assert.throws(() => server().listen({ port: 1.5 }), OptionError)
    assert.throws(() => server().listen({}), OptionError)
    assert.throws(() => server().listen({ port: 1, path: '/x' }), OptionError)
    const misspelled = { port: 1, hots: 'x' }
    assert.throws(() => server().listen(misspelled), /hots.*known options/)
    const unknown = { maxBodyByte: 1, maxBodyBytes: 1 }
    assert.throws(() => new HttpServer(() => text(200, ''), unknown), /maxBodyByte/)
    assert.throws(() => new HttpServer(() => text(200, ''), { maxBodyBytes: -1 }), OptionError)
  })

  it('lets two servers share a port with reusePort', {
    skip: process.platform !== 'linux',
  }, async () => {
    const first = await server().listen({ port: 0, host: '127.0.0.1', reusePort: true })
    const second = await server().listen({ port: first.port, host: '127.0.0.1', reusePort: true })
    assert.equal(second.port, first.port)
    await Promise.all([first.close(), second.close()])
  })

  it('listens once', () =>
    withServer(
      () => text(200, ''),
      async (running) => {
        await assert.rejects(async () => running.listen({ port: 0 }), /listens already/)
      },
    ))
})
