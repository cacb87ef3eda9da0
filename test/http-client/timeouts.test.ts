import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AbortedError } from '../../src/core/errors.ts'
import { HttpClient, type RequestOptions } from '../../src/http-client/index.ts'
import { Deadline, withCallContext } from '../../src/resilience/index.ts'
import { answering, until, withRawOrigin } from './support/origin.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'

/** Never answers. */
const silent = (): void => {}

describe('time limits', () => {
  const UNANSWERED: Readonly<Record<string, readonly [RequestOptions, string]>> = {
    timeoutMs: [{ timeoutMs: 60 }, 'total'],
    headersTimeoutMs: [{ headersTimeoutMs: 60 }, 'headers'],
    attemptTimeoutMs: [{ attemptTimeoutMs: 60 }, 'attempt'],
  }
  for (const [name, [options, phase]] of Object.entries(UNANSWERED)) {
    it(`ends a request without a response by ${name}`, async () => {
      await withRawOrigin(
        silent,
        async (client) => {
          await assert.rejects(async () => client.get('/', options), {
            code: 'HTTP_CLIENT_TIMEOUT',
            phase,
          })
          assert.equal(client.stats().calls.inFlight, 0)
          assert.equal(client.stats().failures['HTTP_CLIENT_TIMEOUT'], 1)
        },
        { retry: false },
      )
    })
  }

  it('cuts the connection of what it has given up', async () => {
    const closed = Promise.withResolvers<void>()
    await withRawOrigin(
      (socket) => {
        socket.resume()
        socket.on('close', () => closed.resolve())
        socket.on('end', () => socket.end())
      },
      async (client) => {
        await assert.rejects(async () => client.get('/', { timeoutMs: 50, retry: false }))
        await closed.promise
      },
    )
  })

  it('bounds all attempts together', async () => {
    let requests = 0
    const talk = answering(() => requests++)
    await withRawOrigin(talk, async (client) => {
      const options = { timeoutMs: 250, attemptTimeoutMs: 60, retry: { attempts: 100, baseMs: 1 } }
      const startMs = performance.now()
      await assert.rejects(async () => client.get('/', options), { phase: 'total' })
      const tookMs = performance.now() - startMs
      assert.ok(tookMs >= 249 && tookMs < 900, String(tookMs))
      assert.ok(requests >= 2 && requests <= 5, String(requests))
    })
  })

  it('gives up a body that stops midway, by bodyTimeoutMs', async () => {
    const talk = answering((_head, socket) => socket.write(`${HEAD}12345`))
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/', { bodyTimeoutMs: 60 })
      await assert.rejects(async () => response.text(), {
        code: 'HTTP_CLIENT_TIMEOUT',
        phase: 'body',
      })
    })
  })

  it('does not give up a body that comes slowly but steadily', async () => {
    const talk = answering((_head, socket) => {
      socket.write(HEAD)
      let sent = 0
      const timer = setInterval(() => {
        socket.write('x')
        if (++sent === 10) clearInterval(timer)
      }, 30)
    })
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/', { bodyTimeoutMs: 200 })
      assert.equal(await response.text(), 'xxxxxxxxxx')
    })
  })

  it('counts the body to the time of the call', async () => {
    const talk = answering((_head, socket) => socket.write(`${HEAD}12345`))
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/', { timeoutMs: 80 })
      await assert.rejects(async () => response.text(), { phase: 'total' })
    })
  })

  it('cuts a body that nobody reads when the time of the call is over', async () => {
    const talk = answering((_head, socket) => socket.write(`${HEAD}12345`))
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/', { timeoutMs: 50 })
      await until(() => client.stats().calls.inFlight === 0)
      await assert.rejects(async () => response.bytes(), { phase: 'total' })
    })
  })

  it('does not count the time in which the request is being sent to headersTimeoutMs', async () => {
    async function* slowly(): AsyncGenerator<string, void> {
      for (let piece = 0; piece < 8; piece++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 40)
        })
        yield 'x'
      }
    }
    let text = ''
    await withRawOrigin(
      (socket) => {
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1')
          if (text.endsWith('0\r\n\r\n')) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        })
      },
      async (client) => {
        const response = await client.post('/', { body: slowly(), headersTimeoutMs: 200 })
        assert.equal(response.status, 204)
      },
    )
  })

  it('ends a connection that does not come about: nobody answers the TLS handshake', async () => {
    await withRawOrigin(silent, async (_client, port) => {
      const client = new HttpClient({ retry: false, pool: { connectTimeoutMs: 100 } })
      await assert.rejects(async () => client.get(`https://127.0.0.1:${port}/`), {
        code: 'HTTP_CLIENT_TIMEOUT',
        phase: 'connect',
      })
      await client.close({ timeoutMs: 0 })
    })
  })
})

describe('giving up', () => {
  it('fails with AbortedError when the signal fires, before and during the call', async () => {
    await withRawOrigin(silent, async (client) => {
      const fired = client.get('/', { signal: AbortSignal.abort() })
      await assert.rejects(async () => fired, AbortedError)
      const abort = new AbortController()
      const call = client.get('/', { signal: abort.signal })
      setTimeout(() => abort.abort(), 20)
      await assert.rejects(async () => call, AbortedError)
    })
  })

  it('fails with the reason of the signal if that is an error', async () => {
    await withRawOrigin(silent, async (client) => {
      const reason = new RangeError('enough')
      const abort = new AbortController()
      const call = client.get('/', { signal: abort.signal })
      abort.abort(reason)
      await assert.rejects(async () => call, reason)
    })
  })

  it('ends the body, too', async () => {
    const talk = answering((_head, socket) => socket.write(`${HEAD}12345`))
    await withRawOrigin(talk, async (client) => {
      const abort = new AbortController()
      const response = await client.get('/', { signal: abort.signal })
      const text = response.text()
      abort.abort()
      await assert.rejects(async () => text, AbortedError)
    })
  })

  it('ends the pause between attempts', async () => {
    const talk = answering((_head, socket) =>
      socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n'),
    )
    await withRawOrigin(talk, async (client) => {
      const abort = new AbortController()
      const retry = { baseMs: 10_000, jitter: 'none' as const, onRetry: () => abort.abort() }
      await assert.rejects(
        async () => client.get('/', { signal: abort.signal, retry }),
        AbortedError,
      )
    })
  })

  it('takes what is left of a deadline', async () => {
    await withRawOrigin(silent, async (client) => {
      const deadline = Deadline.after(60)
      await assert.rejects(async () => client.get('/', { deadline, retry: false }), {
        phase: 'total',
      })
      assert.ok(deadline.isOver)
    })
  })

  it('does not start what cannot be in time', async () => {
    let connections = 0
    await withRawOrigin(
      () => connections++,
      async (client) => {
        const call = client.get('/', { deadline: Deadline.after(0) })
        await assert.rejects(async () => call, { phase: 'total' })
        assert.equal(client.stats().requests.total, 0)
      },
    )
    assert.equal(connections, 0)
  })

  it('inherits signal and deadline of the context, unless told otherwise', async () => {
    await withRawOrigin(
      silent,
      async (client) => {
        const call = withCallContext({ deadline: Deadline.after(50) }, () => client.get('/'))
        await assert.rejects(async () => call, { phase: 'total' })
        const aborted = withCallContext({ signal: AbortSignal.abort() }, () => client.get('/'))
        await assert.rejects(async () => aborted, AbortedError)
        const alone = withCallContext({ signal: AbortSignal.abort() }, () =>
          client.get('/', { inherit: false, timeoutMs: 50 }),
        )
        await assert.rejects(async () => alone, { phase: 'total' })
      },
      { retry: false },
    )
  })
})
