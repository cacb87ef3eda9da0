import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { currentGroup } from '../../src/core/run-queue.ts'
import { runInGroup, TaskGroup, taskGroups } from '../../src/future/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import {
  answered,
  authenticationOk,
  described,
  errorResponse,
  int32,
  message,
  readyForQuery,
} from '../support/backend-messages.ts'

interface MockServer {
  readonly url: string
  /** Logs in the next connection badly, or answers badly once. */
  badLogin: Buffer | undefined
  badAnswer: Buffer | undefined
  close(): Promise<void>
}

const INT4 = 23
const login = Buffer.concat([authenticationOk(), message('K', int32(7), int32(8)), readyForQuery()])
const answer = answered([[int32(1)]])

/** A server that knows one statement, and misbehaves when told to. */
async function startMockServer(): Promise<MockServer> {
  const sockets = new Set<Socket>()
  const state: { badLogin: Buffer | undefined; badAnswer: Buffer | undefined } = {
    badLogin: undefined,
    badAnswer: undefined,
  }
  const server = createServer((socket) => {
    let isLoggedIn = false
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      // A cancel request: this server cannot be hurried.
      if (!isLoggedIn && chunk.length === 16) socket.end()
      else if (!isLoggedIn) {
        isLoggedIn = true
        socket.write(state.badLogin ?? login)
        state.badLogin = undefined
      } else if (chunk[0] === 0x50) socket.write(described([], [['v', INT4]]))
      else if (chunk[0] === 0x42) {
        socket.write(state.badAnswer ?? answer)
        state.badAnswer = undefined
      } else socket.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return Object.assign(state, {
    url: `postgres://u:p@127.0.0.1:${address.port}/d`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

async function withMock(
  work: (mock: MockServer, pool: PgPool) => Promise<void>,
  connectTimeoutMs = 300,
): Promise<void> {
  const mock = await startMockServer()
  const pool = new PgPool(mock.url, { max: 1, queryTimeoutMs: 300, connectTimeoutMs })
  try {
    await work(mock, pool)
  } finally {
    await pool.close({ timeoutMs: 100 })
    await mock.close()
  }
}

/** Asks until the pool has recovered from a refusal. */
async function askAgain(pool: PgPool): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.one('select v')
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

describe('a query', () => {
  it('is read for the group db, and continued in the group of whoever asked', async () => {
    const reports = new TaskGroup('reports')
    await withMock(async (_mock, pool) => {
      const before = taskGroups.db.stats().runMs
      const ask = () => pool.one('select v').then(() => currentGroup())
      assert.equal(await ask(), taskGroups.http)
      assert.equal(await runInGroup(reports, ask), reports)
      assert.ok(taskGroups.db.stats().runMs > before)
    })
  })
})

describe('a server that does not keep to the protocol', () => {
  for (const [what, bytes] of [
    ['an unknown message', message('?')],
    ['an unknown authentication method', message('R', int32(9))],
    ['SASL without a mechanism that is known', message('R', int32(10), 'SCRAM-SHA-1\0\0')],
    ['the end of SCRAM before its beginning', message('R', int32(12), 'v=')],
    [
      '"ready" in the middle of SCRAM',
      Buffer.concat([
        message('R', int32(10), 'SCRAM-SHA-256\0\0'),
        authenticationOk(),
        readyForQuery(),
      ]),
    ],
    ['a refusal without fields', message('E', '\0')],
    ['a row', message('D', Buffer.of(0, 0))],
    ['an impossible length', Buffer.of(0x52, 0, 0, 0, 1)],
    ['something that is no PostgreSQL', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['too few bytes for its message', message('R')],
  ] as const) {
    it(`by logging in with ${what} fails the query, and is tried again`, async () => {
      await withMock(async (mock, pool) => {
        mock.badLogin = bytes
        await assert.rejects(
          pool.one('select v').toPromise(),
          /^PgConnectionError: Cannot connect to 127\.0\.0\.1/,
        )
        assert.deepEqual(await askAgain(pool), { v: 1 })
      })
    })
  }

  for (const [what, bytes] of [
    ['an unknown message', message('?')],
    ['two answers', Buffer.concat([answer, answer])],
    ['a row of another shape', answered([[int32(1), int32(2)]])],
    ['a value of another size', answered([[Buffer.of(1)]])],
    ['a fatal error', errorResponse('XX000', 'panic', 'FATAL')],
    [
      'several fatal errors',
      Buffer.concat([errorResponse('57P01', 'a', 'FATAL'), errorResponse('57P02', 'b', 'FATAL')]),
    ],
    ['COPY', message('G', Buffer.of(0, 0, 0))],
    ['an announcement of 2 GiB', Buffer.of(0x44, 0x7f, 0xff, 0xff, 0xff)],
  ] as const) {
    it(`by answering with ${what} never hangs a query, and loses only its connection`, async () => {
      await withMock(async (mock, pool) => {
        await pool.one('select v')
        mock.badAnswer = bytes
        await Promise.allSettled([pool.one('select v')])
        assert.deepEqual(await askAgain(pool), { v: 1 })
        assert.equal(pool.stats().queries.inFlight, 0)
      })
    })
  }

  it('by answering with any garbage never hangs or crashes', async () => {
    await withMock(async (mock, pool) => {
      const garbage = fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        fc
          .tuple(
            fc.constantFrom(...Array.from('DTtCEZ123nINSAGHWRKv')),
            fc.uint8Array({ maxLength: 30 }),
          )
          .map(([type, body]) => Buffer.concat([message(type, body), readyForQuery()])),
      )
      for (const bytes of fc.sample(garbage, { numRuns: 100, seed: 5 })) {
        await askAgain(pool)
        mock.badAnswer = bytes
        await Promise.allSettled([pool.one('select v', [], { timeoutMs: 15 })])
      }
      assert.deepEqual(await askAgain(pool), { v: 1 })
      assert.equal(pool.stats().queries.inFlight, 0)
    }, 30)
  })
})
