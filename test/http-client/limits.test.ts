import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ClosedError, LimitError, TimeoutError } from '../../src/core/errors.ts'
import { Future } from '../../src/future/index.ts'
import { HttpResponse } from '../../src/http/index.ts'
import { HttpClient } from '../../src/http-client/index.ts'
import { CircuitOpenError } from '../../src/resilience/index.ts'
import { answering, deadPort, until, withOrigin, withRawOrigin } from './support/origin.ts'

const ok = (): HttpResponse => new HttpResponse(200, 'ok', 'text/plain')

describe('the circuit breaker of a client', () => {
  it('opens for an origin that fails, and for no other', async () => {
    let status = 500
    const breaker = { minCalls: 4, openMs: 60_000 }
    await withOrigin(ok, async (_other, healthy) => {
      await withOrigin(
        () => new HttpResponse(status, null),
        async (client, server) => {
          const url = `http://127.0.0.1:${server.port}`
          const all = new HttpClient({ breaker })
          for (let call = 0; call < 4; call++) assert.equal((await all.get(url)).status, 500)
          assert.equal(all.circuit(url)?.state, 'open')
          await assert.rejects(async () => all.get(url), CircuitOpenError)
          assert.equal(all.stats().requests.total, 4)
          assert.equal((await all.get(`http://127.0.0.1:${healthy.port}`)).status, 200)
          status = 200
          all.circuit(url)?.reset()
          assert.equal((await all.get(url)).status, 200)
          assert.equal(all.stats().origins[url]?.circuit?.refused, 1)
          await all.close()
          assert.equal(client.circuit(url), undefined)
        },
      )
    })
  })

  it('counts refused connections and timeouts, each attempt', async () => {
    const url = `http://127.0.0.1:${await deadPort()}`
    const client = new HttpClient({
      retry: { attempts: 10, baseMs: 0 },
      breaker: { minCalls: 3, openMs: 60_000 },
    })
    await assert.rejects(async () => client.get(url), CircuitOpenError)
    assert.equal(client.stats().requests.total, 3)
    await client.close()
  })

  it('does not count what clients are told they did wrong, nor what is given up', async () => {
    await withOrigin(
      () => new HttpResponse(429, null),
      async (client, server) => {
        const url = `http://127.0.0.1:${server.port}`
        for (let call = 0; call < 5; call++) await client.get('/')
        assert.equal(client.circuit(url)?.state, 'closed')
        assert.equal(client.circuit(url)?.stats().succeeded, 5)
        const given = client.get('/', { signal: AbortSignal.abort() })
        await assert.rejects(async () => given)
        assert.equal(client.circuit(url)?.stats().failed, 0)
      },
      { breaker: { minCalls: 2 }, retry: false },
    )
  })

  it('can count other statuses', async () => {
    await withOrigin(
      () => new HttpResponse(429, null),
      async (client) => {
        for (let call = 0; call < 2; call++) await client.get('/')
        await assert.rejects(async () => client.get('/'), CircuitOpenError)
      },
      { breaker: { minCalls: 2, isFailedStatus: (status) => status === 429 }, retry: false },
    )
  })
})

describe('the bulkhead of a client', () => {
  it('bounds calls at a time, and lets others wait until a body has been read', async () => {
    let running = 0
    let most = 0
    const done = Future.withResolvers<void>()
    await withOrigin(
      () => {
        most = Math.max(most, ++running)
        return done.future.then(() => {
          running--
          return ok()
        })
      },
      async (client) => {
        const calls = Array.from({ length: 5 }, () =>
          client.get('/').then((response) => response.text()),
        )
        await assert.rejects(async () => client.get('/'), LimitError)
        const [stats] = Object.values(client.stats().origins)
        assert.deepEqual(stats?.bulkhead, { running: 2, queued: 3, refused: 1 })
        await until(() => running >= 2)
        done.resolve(undefined)
        assert.deepEqual(
          await Promise.all(calls),
          Array.from({ length: 5 }, () => 'ok'),
        )
        assert.equal(most, 2)
      },
      { bulkhead: { maxConcurrent: 2, maxQueue: 3 } },
    )
  })

  it('bounds the wait for a place', async () => {
    await withRawOrigin(
      () => {},
      async (client) => {
        const first = client.get('/')
        first.ignore()
        await assert.rejects(async () => client.get('/'), TimeoutError)
      },
      { bulkhead: { maxConcurrent: 1, maxQueue: 1, queueTimeoutMs: 40 }, retry: false },
    )
  })

  it('never has more connections than the pool', async () => {
    const connections = new Set<unknown>()
    const answer = answering((_head, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    await withRawOrigin(
      (socket) => {
        connections.add(socket)
        answer(socket)
      },
      async (_client, port) => {
        const client = new HttpClient({
          baseUrl: `http://127.0.0.1:${port}`,
          pool: { connections: 3 },
        })
        const calls = Array.from({ length: 60 }, () =>
          client.get('/').then((response) => response.text()),
        )
        assert.equal((await Promise.all(calls)).join(''), 'ok'.repeat(60))
        await client.close()
      },
    )
    assert.ok(connections.size <= 3, String(connections.size))
  })
})

describe('the rate limit of a client', () => {
  it('spreads requests over time', async () => {
    await withOrigin(
      ok,
      async (client) => {
        const startMs = performance.now()
        await Promise.all(Array.from({ length: 5 }, () => client.get('/')))
        const tookMs = performance.now() - startMs
        assert.ok(tookMs >= 150, String(tookMs))
      },
      { rateLimit: { perSecond: 20, burst: 2 } },
    )
  })
})

describe('closing a client', () => {
  it('waits for calls and their bodies, and refuses new ones', async () => {
    const released = Future.withResolvers<void>()
    await withOrigin(
      () => released.future.then(ok),
      async (client) => {
        const call = client.get('/').then((response) => response.text())
        const closed = client.close()
        await assert.rejects(async () => client.get('/'), ClosedError)
        assert.ok(closed.isPending)
        released.resolve(undefined)
        assert.equal(await call, 'ok')
        await closed
        assert.equal(client.close(), closed)
      },
    )
  })

  it('waits for a pause between attempts, too', async () => {
    let requests = 0
    await withOrigin(
      () => (++requests === 1 ? new HttpResponse(503, null) : ok()),
      async (client) => {
        const call = client.get('/')
        await until(() => requests > 0)
        const closed = client.close()
        assert.equal(await call.then((response) => response.text()), 'ok')
        await closed
      },
      { retry: { baseMs: 20, jitter: 'none' } },
    )
  })

  it('cuts what is not done in time', async () => {
    await withRawOrigin(
      () => {},
      async (client) => {
        const call = client.get('/')
        call.ignore()
        await client.close({ timeoutMs: 30 })
        await assert.rejects(async () => call, ClosedError)
      },
      { retry: false },
    )
  })

  it('is what leaving its block does', async () => {
    await withOrigin(ok, async (client) => {
      await client[Symbol.asyncDispose]()
      await assert.rejects(async () => client.get('/'), ClosedError)
    })
  })
})
