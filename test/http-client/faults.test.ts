import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, it } from 'node:test'
import { HttpClient, HttpClientError } from '../../src/http-client/index.ts'
import { answering, deadPort, withRawOrigin } from './support/origin.ts'

const RESPONSES: Readonly<Record<string, string>> = {
  'with a length':
    'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\n0123456789',
  chunked:
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n' +
    '4\r\n0123\r\n6\r\n456789\r\n0\r\nx-sum: 45\r\n\r\n',
  'after a 103':
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789',
}

/** What came of a call: the text, or the error's code. */
async function outcome(client: HttpClient): Promise<string> {
  try {
    return await client.get('/', { retry: false }).then((response) => response.text())
  } catch (error) {
    assert.ok(error instanceof HttpClientError, String(error))
    assert.equal(client.stats().calls.inFlight, 0)
    return error.code
  }
}

describe('a response that is cut', () => {
  for (const [what, whole] of Object.entries(RESPONSES)) {
    for (const [how, cut] of [
      ['by FIN', 'end'],
      ['by RST', 'resetAndDestroy'],
    ] as const) {
      it(`${what} fails at every byte ${how}, and never passes for whole`, async () => {
        let bytes = 0
        const talk = answering((_head, socket) => {
          socket.write(whole.slice(0, bytes), 'latin1', () => socket[cut]())
        })
        await withRawOrigin(talk, async (client) => {
          for (bytes = 0; bytes < whole.length; bytes++) {
            const came = await outcome(client)
            assert.ok(
              came === 'HTTP_CLIENT_CONNECTION' || came === 'HTTP_CLIENT_PROTOCOL',
              `${bytes}: ${came}`,
            )
          }
        })
      })
    }

    it(`${what} is read when it comes byte by byte`, async () => {
      const talk = answering((_head, socket) => {
        let at = 0
        const next = (): void => {
          if (at === whole.length) return
          socket.write(whole.slice(at, ++at), 'latin1', () => setImmediate(next))
        }
        next()
      })
      await withRawOrigin(talk, async (client) => assert.equal(await outcome(client), '0123456789'))
    })

    it(`${what} is read when it comes in two pieces, cut anywhere`, async () => {
      let cutAt = 0
      const talk = answering((_head, socket) => {
        socket.write(whole.slice(0, cutAt), 'latin1')
        setImmediate(() => socket.write(whole.slice(cutAt), 'latin1'))
      })
      await withRawOrigin(talk, async (client) => {
        for (cutAt = 1; cutAt < whole.length; cutAt++) {
          assert.equal(await outcome(client), '0123456789')
        }
      })
    })
  }

  it('may end with the connection if it says nothing about its length', async () => {
    const talk = answering((_head, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n0123456789'))
    await withRawOrigin(talk, async (client) => assert.equal(await outcome(client), '0123456789'))
  })

  it('fails an iteration with the same error, after what has come', async () => {
    const talk = answering((_head, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234')
    })
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/')
      let text = ''
      const read = async (): Promise<void> => {
        for await (const piece of response) {
          text += Buffer.from(piece).toString()
          await client.close({ timeoutMs: 0 })
        }
      }
      await assert.rejects(read, { code: 'CORE_CLOSED' })
      assert.equal(text, '01234')
    })
  })
})

describe('a response that is malformed', () => {
  const MALFORMED: Readonly<Record<string, string>> = {
    'no HTTP': 'hello\r\n\r\n',
    'another version': 'HTTP/9.9 200 OK\r\n\r\n',
    'a length that is none': 'HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\n',
    'a chunk size that is none': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
    'a header with a NUL': 'HTTP/1.1 200 OK\r\na: \0\r\ncontent-length: 0\r\n\r\n',
    'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  }
  for (const [what, text] of Object.entries(MALFORMED)) {
    it(`fails for ${what}`, async () => {
      const talk = answering((_head, socket) => socket.end(text, 'latin1'))
      await withRawOrigin(talk, async (client) => {
        assert.equal(await outcome(client), 'HTTP_CLIENT_PROTOCOL')
      })
    })
  }

  it('fails for two lengths', async () => {
    const talk = answering((_head, socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab')
    })
    await withRawOrigin(talk, async (client) => {
      assert.equal(await outcome(client), 'HTTP_CLIENT_CONNECTION')
    })
  })

  it('fails for more headers than allowed', async () => {
    const talk = answering((_head, socket) => {
      socket.end(`HTTP/1.1 200 OK\r\na: ${'x'.repeat(5000)}\r\ncontent-length: 0\r\n\r\n`)
    })
    await withRawOrigin(talk, async (_client, port) => {
      const client = new HttpClient({
        baseUrl: `http://127.0.0.1:${port}`,
        pool: { maxHeaderBytes: 1000 },
      })
      assert.equal(await outcome(client), 'HTTP_CLIENT_LIMIT')
      await client.close()
    })
  })
})

describe('a connection', () => {
  it('that is refused fails with the address and the cause', async () => {
    const port = await deadPort()
    const client = new HttpClient({ retry: false })
    await assert.rejects(
      async () => client.get(`http://127.0.0.1:${port}/x`),
      (error) => {
        assert.ok(error instanceof HttpClientError)
        assert.equal(error.code, 'HTTP_CLIENT_CONNECT')
        assert.match(
          error.message,
          new RegExp(`GET http://127.0.0.1:${port}/x: no connection .*ECONNREFUSED`),
        )
        assert.equal((error.cause as { code?: string }).code, 'ECONNREFUSED')
        return true
      },
    )
    await client.close()
  })

  it('to a host without an address fails', async () => {
    const client = new HttpClient({ retry: false })
    await assert.rejects(async () => client.get('http://no-such-host.invalid/'), {
      code: 'HTTP_CLIENT_CONNECT',
    })
    await client.close()
  })

  it('whose server has closed it while it was idle is replaced without a failure', async () => {
    const talk = answering((_head, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789')
      setImmediate(() => socket.end())
    })
    await withRawOrigin(talk, async (client) => {
      for (let call = 0; call < 20; call++) {
        assert.equal((await client.get('/')).status, 200)
        await new Promise((resolve) => {
          setTimeout(resolve, 2)
        })
      }
    })
  })

  it('is used again after each response, also one nobody wanted', async () => {
    let connections = 0
    const answer = answering((_head, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789`)
    })
    await withRawOrigin(
      (socket) => {
        connections++
        answer(socket)
      },
      async (client) => {
        for (let call = 0; call < 5; call++) {
          await (await client.get('/')).bytes()
        }
        // undici looks at a connection for a turn before it uses it again, and may open a second one.
        assert.ok(connections <= 2, String(connections))
      },
    )
  })
})
