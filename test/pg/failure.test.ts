import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  channels,
  PgConnectionError,
  PgError,
  PgOutcomeUnknownError,
  PgPool,
  TransactionClosedError,
} from '../../src/pg/index.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { startPostgres, type TestServer } from '../support/postgres.ts'

let server: TestServer
const uncaught: unknown[] = []
const noteUncaught = (error: unknown): void => void uncaught.push(error)

before(async () => {
  server = await startPostgres()
  process.on('uncaughtException', noteUncaught)
  process.on('unhandledRejection', noteUncaught)
})

after(async () => {
  process.off('uncaughtException', noteUncaught)
  process.off('unhandledRejection', noteUncaught)
  await server.remove()
  assert.deepEqual(uncaught, [])
})

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks until the pool answers again. */
async function untilAlive(pool: PgPool): Promise<void> {
  for (const startMs = performance.now(); ; await delay(20)) {
    if (
      await pool.one('select 1 as alive').then(
        () => true,
        () => false,
      )
    )
      return
    assert.ok(performance.now() - startMs < 10_000, 'the pool came back')
  }
}

describe('a connection that cannot be opened', () => {
  for (const [what, change, sqlState, message] of [
    [
      'a wrong password',
      (url: URL) => (url.password = 'wrong'),
      '28P01',
      /as user "postgres", database "postgres": password authentication failed for user "postgres"/,
    ],
    ['an unknown user', (url: URL) => (url.username = 'nobody'), '28P01', /as user "nobody"/],
    [
      'an unknown database',
      (url: URL) => (url.pathname = '/nowhere'),
      '3D000',
      /database "nowhere" does not exist/,
    ],
    [
      'a port where nothing listens',
      (url: URL) => (url.port = '1'),
      undefined,
      /Cannot connect to 127.0.0.1:1 as user "postgres", database "postgres": .*ECONNREFUSED/,
    ],
    [
      'an unknown host',
      (url: URL) => (url.hostname = 'no-such-host.invalid'),
      undefined,
      /Cannot connect to no-such-host.invalid:/,
    ],
  ] as const) {
    it(`for ${what} fails with a message that names it, and never the password`, async () => {
      const url = new URL(server.url)
      change(url)
      const pool = new PgPool(url.href)
      for (const attempt of [() => pool.one('select 1 as one'), () => pool.transaction(() => 1)]) {
        await assert.rejects(attempt().toPromise(), (error) => {
          assert.ok(error instanceof PgConnectionError)
          assert.equal(error.code, 'PG_CONNECTION')
          assert.equal(error.sqlState, sqlState)
          assert.match(error.message, message)
          assert.ok(!error.message.includes('secret') && !error.message.includes('wrong'))
          return true
        })
      }
      await pool.close()
    })
  }

  it('for a missing password says so', async () => {
    const url = new URL(server.url)
    url.password = ''
    const pool = new PgPool(url.href)
    await assert.rejects(
      pool.one('select 1').toPromise(),
      /asks for a password, and none is configured/,
    )
    await pool.close()
  })

  it('fails what waits for it at once, and is not tried again for every query', async () => {
    const proxy = await startFaultProxy(1)
    const url = new URL(server.url)
    url.port = String(proxy.port)
    const pool = new PgPool(url.href)
    const startMs = performance.now()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 500 }, () => pool.one('select 1 as one')),
    )
    assert.ok(
      outcomes.every(
        (outcome) => outcome.status === 'rejected' && outcome.reason instanceof PgConnectionError,
      ),
    )
    const first = proxy.connections
    await Promise.allSettled(Array.from({ length: 500 }, () => pool.one('select 1 as one')))
    assert.equal(proxy.connections, first, 'the second wave is refused without an attempt')
    assert.ok(performance.now() - startMs < 2000)
    await pool.close()
    await proxy.close()
  })

  it('gives up a server that accepts and says nothing', async () => {
    const proxy = await startFaultProxy(server.port)
    proxy.frozen = true
    const url = new URL(server.url)
    url.port = String(proxy.port)
    const pool = new PgPool(url.href, { connectTimeoutMs: 80 })
    await assert.rejects(pool.one('select 1').toPromise(), /Connecting did not finish within 80 ms/)
    proxy.frozen = false
    await untilAlive(pool)
    await pool.close()
    await proxy.close()
  })
})

describe('authentication', () => {
  for (const auth of ['md5', 'password', 'trust'] as const) {
    it(`logs in with ${auth}`, async () => {
      const flags = auth === 'md5' ? ['-c', 'password_encryption=md5'] : []
      const other = await startPostgres({ auth, flags })
      const pool = new PgPool(other.url)
      assert.deepEqual(await pool.one('select current_user::text as u'), { u: 'postgres' })
      await pool.close()
      await other.remove()
    })
  }

  it('works through a Unix socket', async () => {
    const pool = new PgPool(server.url)
    const { directory } = await pool.one<{ directory: string }>(
      "select current_setting('unix_socket_directories') as directory",
    )
    await pool.close()
    const local = new PgPool(
      `postgres://postgres:secret@:${server.port}/postgres?host=${directory}&application_name=local`,
    )
    assert.deepEqual(
      await local.one(
        "select inet_server_addr()::text as address, current_setting('application_name') as name",
      ),
      { address: null, name: 'local' },
    )
    await local.close()
  })
})

describe('a connection that is lost', () => {
  it('while idle harms nobody: the next query finds another', async () => {
    const pool = new PgPool(server.url, { max: 1 })
    const killer = new PgPool(server.url, { max: 1 })
    const { pid } = await pool.one('select pg_backend_pid() as pid')
    await killer.one('select pg_terminate_backend($1)', [pid])
    while (pool.stats().connections.open > 0) await delay(5)
    assert.notDeepEqual(await pool.one('select pg_backend_pid() as pid'), { pid })
    assert.deepEqual([pool.stats().connections.lost, pool.stats().queries.failed], [1, 0])
    await pool.close()
    await killer.close()
  })

  it('fails the query that ran with the reason, and sends those behind it elsewhere', async () => {
    const pool = new PgPool(server.url, { max: 1 })
    const killer = new PgPool(server.url, { max: 1 })
    await pool.exec('create table behind (id int)')
    const { pid } = await pool.one('select pg_backend_pid() as pid')
    await Promise.all([
      pool.query('select pg_sleep($1)', [0]),
      pool.query('insert into behind values ($1)', [0]),
    ])
    const victim = assert.rejects(pool.query('select pg_sleep($1)', [30]).toPromise(), (error) => {
      assert.ok(error instanceof PgOutcomeUnknownError)
      assert.ok(error.cause instanceof PgError)
      assert.equal(error.cause.sqlState, '57P01')
      return true
    })
    const behind = Promise.all(
      [1, 2, 3].map((id) => pool.exec('insert into behind values ($1)', [id])),
    )
    await delay(30)
    await killer.one('select pg_terminate_backend($1)', [pid])
    await victim
    assert.deepEqual(await behind, [1, 1, 1])
    assert.deepEqual(await pool.one('select count(*)::int4 as n from behind'), { n: 4 })
    await pool.close()
    await killer.close()
  })

  it('ends its transaction for good: no later statement of it runs anywhere', async () => {
    const pool = new PgPool(server.url, { max: 2 })
    const killer = new PgPool(server.url, { max: 1 })
    await pool.exec('create table lonely (id int)')
    const outcome = pool.transaction(async (tx) => {
      const { pid } = await tx.one('select pg_backend_pid() as pid')
      await tx.exec('insert into lonely values (1)')
      await killer.one('select pg_terminate_backend($1)', [pid])
      await delay(30)
      await tx
        .exec('insert into lonely values (2)')
        .catch((error) => assert.ok(error instanceof TransactionClosedError))
      await tx
        .exec('insert into lonely values (3)')
        .catch((error) => assert.ok(error instanceof TransactionClosedError))
    })
    await assert.rejects(outcome.toPromise(), TransactionClosedError)
    assert.deepEqual(await pool.one('select count(*)::int4 as n from lonely'), { n: 0 })
    assert.equal(pool.stats().connections.exclusive, 0)
    await pool.close()
    await killer.close()
  })

  it('is published, with its reason', async () => {
    const seen: unknown[] = []
    const listen = (message: unknown): void => {
      // Connections that other tests have ended come without an error.
      const { error } = message as { error: PgError | undefined }
      if (error !== undefined) seen.push(error.sqlState)
    }
    channels.connectionClose.subscribe(listen)
    const pool = new PgPool(server.url, { max: 1 })
    await pool.one('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
    await untilAlive(pool)
    channels.connectionClose.unsubscribe(listen)
    assert.deepEqual(seen, ['57P01'])
    await pool.close()
  })
})

describe('a server that goes away and comes back', () => {
  for (const [how, down] of [
    ['a fast shutdown', () => server.stop()],
    ['SIGKILL', () => server.kill()],
  ] as const) {
    it(`after ${how} is used again without a restart of the program`, async () => {
      const pool = new PgPool(server.url, { max: 4, connectTimeoutMs: 2000 })
      await Promise.all(Array.from({ length: 40 }, () => pool.one('select 1 as one')))
      const running = Promise.allSettled([
        ...Array.from({ length: 4 }, () => pool.query('select pg_sleep(30)')),
        pool.transaction((tx) => tx.query('select pg_sleep(30)')),
      ])
      await delay(50)
      const isDown = down()
      for (const outcome of await running) assert.equal(outcome.status, 'rejected')
      await isDown
      const startMs = performance.now()
      const refused = await Promise.allSettled(
        Array.from({ length: 50 }, () => pool.one('select 1 as one')),
      )
      assert.ok(refused.every((outcome) => outcome.status === 'rejected'))
      assert.ok(performance.now() - startMs < 1000, 'they fail fast')
      await server.start()
      await untilAlive(pool)
      const rows = await Promise.all(
        Array.from({ length: 100 }, (_, index) => pool.one('select $1::int4 as v', [index])),
      )
      assert.deepEqual(
        rows.map((row) => row['v']),
        Array.from({ length: 100 }, (_, index) => index),
      )
      assert.equal(pool.stats().queries.inFlight, 0)
      await pool.close()
    })
  }
})

describe('a stream that is cut', () => {
  it('after any number of bytes settles every query once, reports no false success and leaves the pool usable', async () => {
    const proxy = await startFaultProxy(server.port)
    const url = new URL(server.url)
    url.port = String(proxy.port)
    const direct = new PgPool(server.url)
    await direct.exec('create table cut (round int, id int, primary key (round, id))')
    // The log-in takes about 400 bytes; each insert's answers are 5 + 15 + 6, a learning's about 60.
    for (let cut = 1; cut < 900; cut += cut < 380 ? 61 : 13) {
      const pool = new PgPool(url.href, { max: 1, connectTimeoutMs: 1000 })
      proxy.cutAfter = cut
      const inserts = Array.from({ length: 12 }, (_, id) =>
        pool.exec('insert into cut values ($1, $2)', [cut, id]).toPromise(),
      )
      const transaction = pool
        .transaction((tx) => tx.exec('insert into cut values ($1, 100)', [cut]))
        .toPromise()
      const outcomes = await Promise.allSettled([...inserts, transaction])
      proxy.cutAfter = Number.POSITIVE_INFINITY
      await untilAlive(pool)
      const stored = new Set(
        (await direct.many<{ id: number }>('select id from cut where round = $1', [cut])).map(
          (row) => row.id,
        ),
      )
      for (const [index, outcome] of outcomes.entries()) {
        const id = index === 12 ? 100 : index
        if (outcome.status === 'fulfilled')
          assert.ok(stored.has(id), `cut ${cut}: ${id} reported, not stored`)
        else if (!(outcome.reason instanceof PgOutcomeUnknownError)) {
          assert.ok(
            !stored.has(id),
            `cut ${cut}: ${id} stored, reported as ${String(outcome.reason)}`,
          )
        }
      }
      assert.deepEqual([pool.stats().queries.inFlight, pool.stats().connections.exclusive], [0, 0])
      await pool.close()
    }
    await direct.close()
    await proxy.close()
  })

  it('not at all, but frozen, fails queries at their deadlines and frees the connection', async () => {
    const proxy = await startFaultProxy(server.port)
    const url = new URL(server.url)
    url.port = String(proxy.port)
    const pool = new PgPool(url.href, { max: 1, connectTimeoutMs: 200 })
    await pool.one('select 1 as one')
    proxy.frozen = true
    await assert.rejects(
      pool.one('select 1 as one', [], { timeoutMs: 50 }).toPromise(),
      /did not finish within 50 ms/,
    )
    proxy.frozen = false
    await pool.close({ timeoutMs: 50 })
    await proxy.close()
  })
})
