import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { Deferred, sleep } from '../../src/future/index.ts'
import {
  createRequest,
  type HttpRequest,
  HttpResponse,
  type RequestFinish,
  StreamBody,
} from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { exchange, statuses, text, withServer } from './support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const BIG = 32 * 1024 * 1024

describe('HttpRequest.whenSent', () => {
  it('calls back after a small response, of a handler that answers at once or later', async () => {
    for (const waits of [false, true]) {
      const sent = new Deferred<void>()
      let isReturned = false
      await withServer(
        (request) => {
          request.whenSent(() => {
            assert.equal(isReturned, true)
            sent.resolve()
          })
          const answer = (): HttpResponse => {
            isReturned = true
            return text(200, 'a')
          }
          return waits ? sleep(2).then(answer) : answer()
        },
        async (server) => {
          const client = await RawClient.connect(server.port)
          client.send(GET)
          await sent.future
          assert.match(await client.until(/a$/), /a$/)
          client.destroy()
        },
      )
    }
  })

  it('waits for a client that reads slowly', async () => {
    let isSent = false
    await withServer(
      (request) => {
        request.whenSent(() => {
          isSent = true
        })
        return new HttpResponse(200, Buffer.alloc(BIG))
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.pause()
        client.send(GET)
        await sleep(100)
        assert.equal(isSent, false)
        client.resume()
        await client.until(BIG)
        await sleep(20)
        assert.equal(isSent, true)
        client.destroy()
      },
    )
  })

  it('waits for the end of a stream, and for those before it', async () => {
    const log: string[] = []
    const done = new Deferred<void>()
    await withServer(
      (request) => {
        request.whenSent(() => {
          log.push(request.path)
          if (log.length === 4) done.resolve()
        })
        if (request.path !== '/stream') return text(200, '')
        return new HttpResponse(
          200,
          new StreamBody(
            (async function* () {
              yield 'a'
              await sleep(10)
              log.push('last chunk')
              yield 'b'
            })(),
          ),
        )
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET.replace('/', '/first') + GET.replace('/', '/stream') + GET)
        await done.future
        assert.deepEqual(log, ['/first', 'last chunk', '/stream', '/'])
        client.destroy()
      },
    )
  })

  it('calls back when the client has gone, and when it is asked after the answer', async () => {
    const calls: string[] = []
    const asked = new Deferred<void>()
    const requests: HttpRequest[] = []
    await withServer(
      (request) => {
        requests.push(request)
        request.whenSent(() => calls.push('gone'))
        asked.resolve()
        return new Deferred<HttpResponse>().future
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await asked.future
        client.reset()
        while (calls.length === 0) await sleep(1)
        requests[0]?.whenSent(() => calls.push('late'))
        while (calls.length === 1) await sleep(1)
        assert.deepEqual(calls, ['gone', 'late'])
      },
    )
  })

  it('calls back for a request without a connection', async () => {
    const sent = new Deferred<void>()
    createRequest().whenSent(() => sent.resolve())
    await sent.future
  })
})

describe('requestFinish', () => {
  it('is published once for each request, with no response if the client has gone', async () => {
    const seen: (number | undefined)[] = []
    const onFinish = (message: unknown): void => {
      seen.push((message as RequestFinish).response?.status)
    }
    subscribe('fasterapi:http:request:finish', onFinish)
    await withServer(
      (request) => (request.path === '/slow' ? new Deferred<HttpResponse>().future : text(201, '')),
      async (server) => {
        await exchange(server, GET + GET)
        const client = await RawClient.connect(server.port)
        client.send(GET.replace('/', '/slow'))
        while (server.stats().requests.inFlight === 0) await sleep(1)
        client.reset()
        while (seen.length < 3) await sleep(1)
      },
    )
    unsubscribe('fasterapi:http:request:finish', onFinish)
    assert.deepEqual(seen, [201, 201, undefined])
  })
})

describe('HttpRequest.earlyHints', () => {
  const LINK: [string, string][] = [['link', '</a.css>; rel=preload']]

  it('sends 103 before the answer, for its own request only', () =>
    withServer(
      (request) => {
        request.earlyHints(LINK)
        return sleep(request.path === '/slow' ? 30 : 5).then(() => text(200, ''))
      },
      async (server) => {
        const answer = await exchange(server, GET.replace('/', '/slow') + GET)
        assert.deepEqual(statuses(answer), [103, 200, 200])
        assert.match(answer, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a.css>; rel=preload\r\n\r\n/)
      },
    ))

  it('sends nothing to HTTP/1.0, nor once the answer is given', () =>
    withServer(
      (request) => {
        request.earlyHints(LINK)
        const answer = text(200, '')
        setImmediate(() => request.earlyHints(LINK))
        return request.httpVersion === '1.0' ? sleep(5).then(() => answer) : answer
      },
      async (server) => {
        assert.deepEqual(statuses(await exchange(server, GET)), [200])
        assert.deepEqual(statuses(await exchange(server, 'GET / HTTP/1.0\r\n\r\n')), [200])
      },
    ))

  it('refuses headers that could split the response', () => {
    assert.throws(() => createRequest().earlyHints([['a', 'b\r\nc: d']]), { code: 'HTTP_RESPONSE' })
  })
})

describe('HttpServer: the end of a connection', () => {
  it('answers a client that uploads too much, although it goes on sending', () =>
    withServer(
      (request) => request.bytes().then(() => text(200, '')),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n')
        for (let at = 0; at < 50; at++) {
          client.send('x'.repeat(65_536))
          await new Promise((resolve) => setImmediate(resolve))
        }
        assert.deepEqual(statuses(await client.untilEnd()), [413])
        assert.equal(client.isReset, false)
      },
    ))

  it('ends a connection whose unread body had stopped it', () =>
    withServer(
      () => sleep(30).then(() => text(200, '')),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n`)
        client.send('x'.repeat(400_000))
        assert.match(await client.until(/close\r\n\r\n/), /connection: close/)
        client.end()
        while (server.stats().connections.open > 0) await sleep(5)
      },
    ))

  it('answers what was received before the client has ended its side', () =>
    withServer(
      () => sleep(1).then(() => text(200, '')),
      async (server) => {
        assert.equal(statuses(await exchange(server, GET.repeat(200))).length, 200)
      },
      { maxPipelinedRequests: 2 },
    ))
})
