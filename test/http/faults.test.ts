import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import { type RequestHandler } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, statuses, text, withServer } from './support/serve.ts'

const GET = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'
const INPUTS = [
  'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello',
  'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
]

/** Answers at once or later, with the body or without looking at it. */
const HANDLERS: Readonly<Record<string, RequestHandler>> = {
  'answers at once': () => text(200, 'ok'),
  'reads the body': (request) => request.bytes().then(() => text(200, 'ok')),
  'answers later': () => sleep(1).then(() => text(200, 'ok')),
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`HttpServer against broken clients, ${readPath} path`, () => {
    for (const [name, handler] of Object.entries(HANDLERS)) {
      for (const how of ['end', 'reset'] as const) {
        it(`survives a client that sends ${how} after each byte, when the handler ${name}`, () => {
          const errors: unknown[] = []
          return withServer(
            handler,
            async (server) => {
              for (const input of INPUTS) {
                for (let cut = 0; cut <= input.length; cut += 3) {
                  const client = await RawClient.connect(server.port)
                  client.send(input.slice(0, cut))
                  if (how === 'end') {
                    client.end()
                    const answer = await client.untilEnd()
                    assert.ok(statuses(answer).length <= 1)
                    if (cut === input.length) assert.deepEqual(statuses(answer), [200])
                  } else {
                    await new Promise((resolve) => setImmediate(resolve))
                    client.reset()
                  }
                }
              }
              assert.deepEqual(bodies(await exchange(server, GET)), ['ok'])
              while (server.stats().connections.open > 0) await sleep(1)
              assert.equal(server.stats().requests.inFlight, 0)
              assert.deepEqual(errors, [])
            },
            { readPath, onError: (error) => errors.push(error) },
          )
        })
      }
    }
  })
}
