import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RetryBudget } from '../../src/future/index.ts'
import { HttpResponse } from '../../src/http/index.ts'
import {
  HttpClient,
  type HttpClientOptions,
  type RequestOptions,
} from '../../src/http-client/index.ts'
import { answering, deadPort, withOrigin, withRawOrigin } from './support/origin.ts'

/** Fails so often, then answers. */
function flaky(failures: number, failure: () => HttpResponse) {
  const seen: string[] = []
  const handler = (request: { method: string; bytes(): PromiseLike<Uint8Array> }) =>
    request.bytes().then((bytes) => {
      seen.push(`${request.method} ${Buffer.from(bytes).toString()}`.trim())
      return seen.length <= failures ? failure() : new HttpResponse(200, 'ok', 'text/plain')
    })
  return { seen, handler: handler as Parameters<typeof withOrigin>[0] }
}

const FAST = { baseMs: 1 }

describe('retries', () => {
  for (const status of [408, 429, 502, 503, 504]) {
    it(`repeats a GET after ${status}`, async () => {
      const { seen, handler } = flaky(2, () => new HttpResponse(status, 'no'))
      await withOrigin(
        handler,
        async (client) => {
          const response = await client.get('/')
          assert.deepEqual([response.status, response.attempts], [200, 3])
          assert.deepEqual(client.stats().requests, { total: 3, retries: 2, redirects: 0 })
        },
        { retry: FAST },
      )
      assert.equal(seen.length, 3)
    })
  }

  for (const status of [400, 401, 404, 409, 500, 501]) {
    it(`does not repeat after ${status}`, async () => {
      const { seen, handler } = flaky(2, () => new HttpResponse(status, 'no'))
      await withOrigin(
        handler,
        async (client) => assert.equal((await client.get('/')).status, status),
        { retry: FAST },
      )
      assert.equal(seen.length, 1)
    })
  }

  it('gives the last response when all attempts failed, with its body', async () => {
    const { handler } = flaky(9, () => new HttpResponse(503, 'busy', 'text/plain'))
    await withOrigin(
      handler,
      async (client) => {
        const response = await client.get('/')
        assert.deepEqual([response.status, response.attempts], [503, 3])
        assert.equal(await response.text(), 'busy')
      },
      { retry: FAST },
    )
  })

  it('repeats PUT with its body, and not POST', async () => {
    const put = flaky(1, () => new HttpResponse(503, null))
    await withOrigin(
      put.handler,
      async (client) => assert.equal((await client.put('/', { json: 1 })).status, 200),
      { retry: FAST },
    )
    assert.deepEqual(put.seen, ['PUT 1', 'PUT 1'])
    const post = flaky(1, () => new HttpResponse(503, null))
    await withOrigin(
      post.handler,
      async (client) => assert.equal((await client.post('/', { json: 1 })).status, 503),
      { retry: FAST },
    )
    assert.deepEqual(post.seen, ['POST 1'])
  })

  it('repeats POST if it has an idempotency key or is declared to be safe', async () => {
    const cases: readonly RequestOptions[] = [
      { idempotencyKey: 'k1' },
      { retry: { ...FAST, methods: ['post'] } },
    ]
    for (const options of cases) {
      const { seen, handler } = flaky(1, () => new HttpResponse(503, null))
      await withOrigin(
        handler,
        async (client) =>
          assert.equal((await client.post('/', { ...options, json: 1 })).status, 200),
        { retry: FAST },
      )
      assert.equal(seen.length, 2)
    }
  })

  it('does not repeat a body that can be read once only, and repeats one that is made anew', async () => {
    async function* pieces(): AsyncGenerator<string, void> {
      yield 'a'
      yield 'b'
    }
    const once = flaky(1, () => new HttpResponse(503, null))
    await withOrigin(
      once.handler,
      async (client) => assert.equal((await client.put('/', { body: pieces() })).status, 503),
      { retry: FAST },
    )
    const again = flaky(1, () => new HttpResponse(503, null))
    await withOrigin(
      again.handler,
      async (client) => assert.equal((await client.put('/', { body: pieces })).status, 200),
      { retry: FAST },
    )
    assert.deepEqual(again.seen, ['PUT ab', 'PUT ab'])
  })

  it('waits as long as Retry-After says', async () => {
    const { seen, handler } = flaky(
      1,
      () => new HttpResponse(503, null, undefined, [['retry-after', '1']]),
    )
    await withOrigin(
      handler,
      async (client) => {
        const startMs = performance.now()
        assert.equal((await client.get('/')).status, 200)
        const tookMs = performance.now() - startMs
        assert.ok(tookMs >= 999, `${tookMs}`)
      },
      { retry: FAST },
    )
    assert.equal(seen.length, 2)
  })

  const TOO_LONG: Readonly<Record<string, HttpClientOptions>> = {
    maxRetryAfterMs: { retry: { ...FAST, maxRetryAfterMs: 1000 } },
    'the time of the call': { retry: FAST, timeoutMs: 1500 },
  }
  for (const [what, options] of Object.entries(TOO_LONG)) {
    it(`does not wait for a Retry-After beyond ${what}`, async () => {
      const { seen, handler } = flaky(
        1,
        () => new HttpResponse(429, null, undefined, [['retry-after', '2']]),
      )
      await withOrigin(
        handler,
        async (client) => assert.equal((await client.get('/')).status, 429),
        options,
      )
      assert.equal(seen.length, 1)
    })
  }

  it('repeats any method when there was no connection', async () => {
    const port = await deadPort()
    const failed: number[] = []
    const onRetry = ({ number }: { number: number }): number => failed.push(number)
    const client = new HttpClient({ retry: { ...FAST, onRetry } })
    await assert.rejects(async () => client.post(`http://127.0.0.1:${port}/`, { json: 1 }), {
      code: 'HTTP_CLIENT_CONNECT',
    })
    assert.deepEqual(failed, [1, 2])
    await client.close()
  })

  it('repeats a GET whose connection was cut, and not a POST', async () => {
    const cutFirst =
      (): ((socket: import('node:net').Socket, connection: number) => void) =>
      (socket, connection) =>
        answering(() => {
          if (connection === 1) socket.resetAndDestroy()
          else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        })(socket)
    await withRawOrigin(
      cutFirst(),
      async (client) => assert.equal((await client.get('/')).attempts, 2),
      { retry: FAST },
    )
    await withRawOrigin(
      cutFirst(),
      async (client) => {
        await assert.rejects(async () => client.post('/', { json: 1 }), {
          code: 'HTTP_CLIENT_CONNECTION',
        })
      },
      { retry: FAST },
    )
  })

  it('stops when a shared budget is empty, with the response', async () => {
    const budget = new RetryBudget({ capacity: 1, ratio: 0 })
    const { seen, handler } = flaky(9, () => new HttpResponse(503, null))
    await withOrigin(
      handler,
      async (client) => {
        assert.equal((await client.get('/')).attempts, 2)
        assert.equal((await client.get('/')).attempts, 1)
      },
      { retry: { ...FAST, budget } },
    )
    assert.equal(seen.length, 3)
  })

  it('has a budget of its own for each origin, of 20 retries', async () => {
    const { seen, handler } = flaky(1e9, () => new HttpResponse(503, null))
    await withOrigin(
      handler,
      async (client) => {
        const calls = Array.from({ length: 40 }, () => client.get('/'))
        await Promise.all(calls)
      },
      { retry: { attempts: 3, baseMs: 0 } },
    )
    // One a second is earned in any case.
    assert.ok(seen.length >= 60 && seen.length <= 64, String(seen.length))
  })

  it('asks retryIf, and can be turned off', async () => {
    const asked: unknown[] = []
    const retryIf = ({ reason }: { reason: unknown }): boolean => {
      asked.push((reason as { status: number }).status)
      return false
    }
    const cases: readonly [HttpClientOptions, number][] = [
      [{ retry: { ...FAST, retryIf } }, 1],
      [{ retry: false }, 1],
      [{ retry: 1 }, 1],
      [{ retry: { ...FAST, statuses: [500] } }, 1],
    ]
    for (const [options, expected] of cases) {
      const { seen, handler } = flaky(9, () => new HttpResponse(503, null))
      await withOrigin(
        handler,
        async (client) => assert.equal((await client.get('/')).status, 503),
        options,
      )
      assert.equal(seen.length, expected)
    }
    assert.deepEqual(asked, [503])
  })
})
