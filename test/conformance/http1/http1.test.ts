import assert from 'node:assert/strict'
import type { Buffer } from 'node:buffer'
import { after, before, describe, it } from 'node:test'
import { HttpServer, type HttpServerOptions, type RequestHandler } from '../../../src/http/index.ts'
import { RawClient } from '../../http/support/raw-client.ts'
import { type Family, type Http1Case, toCase } from './case.ts'
import { CHUNK_FAMILIES } from './cases/chunked.ts'
import { CONNECTION_FAMILIES } from './cases/connection.ts'
import { LENGTH_FAMILY } from './cases/content-length.ts'
import { FIELD_FAMILIES } from './cases/fields.ts'
import { CASE_LIMITS, LIMIT_FAMILY } from './cases/limits.ts'
import { REQUEST_LINES } from './cases/request-line.ts'
import { RESPONSE_FAMILIES } from './cases/responses.ts'
import { CODING_FAMILIES } from './cases/transfer-encoding.ts'
import { deliver, type Outcome, waysToDeliver } from './deliveries.ts'
import { judgedHandler, readResponses } from './judge.ts'

const FAMILIES: readonly Family[] = [
  ...REQUEST_LINES,
  ...FIELD_FAMILIES,
  LENGTH_FAMILY,
  ...CODING_FAMILIES,
  ...CHUNK_FAMILIES,
  ...CONNECTION_FAMILIES,
  ...RESPONSE_FAMILIES,
  LIMIT_FAMILY,
]

/** What fails on purpose in `/fail` and `/split` need not be printed. */
const QUIET: HttpServerOptions = { onError: () => {} }

function optionsOf(family: Family): HttpServerOptions {
  return family === LIMIT_FAMILY ? { ...QUIET, ...CASE_LIMITS } : QUIET
}

/** The same answers, but a turn of the event loop later. */
const laterHandler: RequestHandler = (request) =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(judgedHandler(request))
      } catch (error) {
        reject(error)
      }
    })
  })

function judge(one: Http1Case, outcome: Outcome): void {
  const { answers, saysClose } = readResponses(outcome.sent, one.answers)
  assert.deepEqual(answers, one.answers)
  assert.equal(outcome.isEnded, one.closes, one.closes ? 'stays open' : 'is closed')
  assert.equal(saysClose, one.closes, 'the Connection field of the last response')
}

function shown(pieces: readonly Buffer[]): string {
  return JSON.stringify(pieces.map((piece) => piece.toString('latin1'))).slice(0, 500)
}

async function judgeAllWays(server: HttpServer, one: Http1Case): Promise<void> {
  for (const pieces of waysToDeliver(one.bytes)) {
    const outcome = await deliver(server, pieces)
    try {
      judge(one, outcome)
    } catch (error) {
      throw new Error(`as ${shown(pieces)}`, { cause: error })
    }
  }
}

describe('the cases of HTTP/1.1', () => {
  it('are many, and have names of their own', () => {
    const names = FAMILIES.flatMap(({ name, rows }) => rows.map(([row]) => `${name}: ${row}`))
    assert.ok(names.length >= 400, `${names.length}`)
    assert.equal(new Set(names).size, names.length)
  })
})

for (const family of FAMILIES) {
  describe(`HttpServer and ${family.name}, in every cut`, () => {
    const atOnce = new HttpServer(judgedHandler, optionsOf(family))
    const later = new HttpServer(laterHandler, optionsOf(family))
    before(() => {
      atOnce.open()
      later.open()
    })
    after(async () => {
      await atOnce.close({ timeoutMs: 0 })
      await later.close({ timeoutMs: 0 })
    })

    for (const row of family.rows) {
      const one = toCase(row)
      it(one.name, async () => {
        await judgeAllWays(atOnce, one)
        judge(one, await deliver(later, [one.bytes]))
      })
    }
  })
}

/** How many connections are open at the same time. */
const WIDTH = 32

/** Sends a case over a real connection, and waits until it has come to its end or to rest. */
async function exchange(server: HttpServer, one: Http1Case): Promise<Outcome> {
  const client = await RawClient.connect(server.port)
  client.send(one.bytes.toString('latin1'))
  if (one.closes) return { sent: await client.untilEnd(), isEnded: true }
  while (!isWhole(client.received, one.answers) && !client.isEnded) {
    await client.until(client.received.length + 1)
  }
  const outcome = { sent: client.received, isEnded: client.isEnded }
  client.end()
  await client.untilEnd()
  return outcome
}

function isWhole(received: string, expected: readonly string[]): boolean {
  try {
    return readResponses(received, expected).answers.length === expected.length
  } catch {
    return false
  }
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`HttpServer over real connections, ${readPath} path`, () => {
    for (const family of FAMILIES) {
      it(`answers to ${family.name} as it should`, async () => {
        const server = new HttpServer(judgedHandler, { ...optionsOf(family), readPath })
        await server.listen({ port: 0, host: '127.0.0.1' })
        const waiting = family.rows.map(toCase)
        const work = async (): Promise<void> => {
          for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
            try {
              judge(one, await exchange(server, one))
            } catch (error) {
              throw new Error(one.name, { cause: error })
            }
          }
        }
        try {
          await Promise.all(Array.from({ length: WIDTH }, work))
        } finally {
          await server.close({ timeoutMs: 0 })
        }
      })
    }
  })
}
