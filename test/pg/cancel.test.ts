import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import { AbortedError, TimeoutError } from '../../src/core/errors.ts'
import { PgError, PgPool, TransactionRolledBackError } from '../../src/pg/index.ts'
import { testDatabase } from '../support/postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let watcher: PgPool

before(async () => {
  database = await testDatabase()
  watcher = new PgPool(database.url, { max: 1, applicationName: 'watcher' })
})

after(async () => {
  await watcher.close()
  await database.stop()
})

/** Waits until the server runs no sleep for `name` any more. */
async function untilQuiet(name: string): Promise<void> {
  const sql =
    "select count(*)::int4 as n from pg_stat_activity where application_name = $1 and state = 'active'"
  for (;;) if ((await watcher.one(sql, [name]))['n'] === 0) return
}

describe('a query that is given up', () => {
  it('by its timeout fails at once and is stopped on the server; the connection lives on', async () => {
    const pool = new PgPool(database.url, { max: 1, applicationName: 'timeout' })
    const { pid } = await pool.one('select pg_backend_pid() as pid')
    const startMs = performance.now()
    await assert.rejects(
      pool.query('select pg_sleep(30)', [], { timeoutMs: 50 }).toPromise(),
      TimeoutError,
    )
    const tookMs = performance.now() - startMs
    assert.ok(tookMs >= 50 && tookMs < 1000, `${tookMs} ms`)
    await untilQuiet('timeout')
    assert.deepEqual(await pool.one('select pg_backend_pid() as pid'), { pid })
    await pool.close()
  })

  it("by the pool's queryTimeoutMs fails, too", async () => {
    const pool = new PgPool(database.url, { queryTimeoutMs: 30 })
    await assert.rejects(pool.query('select pg_sleep(30)').toPromise(), TimeoutError)
    assert.deepEqual(
      await pool.query('select pg_sleep(0.06)', [], { timeoutMs: 0 }).then((r) => r.rowCount),
      1,
    )
    await pool.close()
  })

  it('by its signal fails with the reason', async () => {
    const pool = new PgPool(database.url, { applicationName: 'signal' })
    const reason = new Error('the client went away')
    const controller = new AbortController()
    const query = pool.query('select pg_sleep(30)', [], { signal: controller.signal }).toPromise()
    setTimeout(() => controller.abort(reason), 30)
    await assert.rejects(query, (error) => error instanceof AbortedError && error.cause === reason)
    await untilQuiet('signal')
    await pool.close()
  })

  it('before it was sent never reaches the server', async () => {
    const pool = new PgPool(database.url)
    const signal = AbortSignal.abort()
    await assert.rejects(
      pool.query('create table never (id int)', [], { signal }).toPromise(),
      AbortedError,
    )
    const controller = new AbortController()
    const waiting = pool
      .query('create table never (id int)', [], { signal: controller.signal })
      .toPromise()
    controller.abort()
    await assert.rejects(waiting, AbortedError)
    assert.deepEqual(await pool.one("select to_regclass('never')::text as t"), { t: null })
    await pool.close()
  })

  it('leaves no listener on a signal that outlives it', async () => {
    const pool = new PgPool(database.url)
    const controller = new AbortController()
    const { signal } = controller
    const added = mock.method(signal, 'addEventListener')
    const removed = mock.method(signal, 'removeEventListener')
    await Promise.all(Array.from({ length: 20 }, () => pool.one('select 1 as one', [], { signal })))
    assert.deepEqual([added.mock.callCount(), removed.mock.callCount()], [20, 20])
    await pool.close()
  })

  it('behind another one is cancelled only when its turn comes; its neighbours are untouched', async () => {
    const pool = new PgPool(database.url, { max: 1, applicationName: 'behind' })
    await pool.one('select 0 as warm')
    await pool.query('select pg_sleep($1)', [0])
    const controller = new AbortController()
    const first = pool.one('select pg_sleep($1)::text as slept', [0.15])
    const second = pool
      .query('select pg_sleep($1)', [30], { signal: controller.signal })
      .toPromise()
    const third = Promise.all(
      Array.from({ length: 10 }, (_, index) => pool.one('select $1::int4 as v', [index])),
    )
    const startMs = performance.now()
    controller.abort()
    await assert.rejects(second, AbortedError)
    assert.ok(performance.now() - startMs < 100, 'fails at once')
    assert.deepEqual(await first, { slept: '' })
    assert.deepEqual(
      (await third).map((row) => row['v']),
      Array.from({ length: 10 }, (_, index) => index),
    )
    await pool.close()
  })

  it('never costs another query its answer, however cancels and queries interleave', async () => {
    const pool = new PgPool(database.url, { max: 2 })
    await pool.exec('create table tally (id int primary key)')
    const outcomes: Promise<unknown>[] = []
    for (let round = 0; round < 60; round++) {
      const controller = new AbortController()
      const victim = pool.query('select pg_sleep($1)', [0.002 * (round % 5)], {
        signal: controller.signal,
      })
      victim.ignore()
      for (let index = 0; index < 5; index++) {
        outcomes.push(pool.exec('insert into tally values ($1)', [round * 5 + index]).toPromise())
      }
      setTimeout(() => controller.abort(), round % 7)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    for (const outcome of await Promise.allSettled(outcomes))
      assert.deepEqual(outcome, { status: 'fulfilled', value: 1 })
    assert.deepEqual(await pool.one('select count(*)::int4 as n from tally'), { n: 300 })
    assert.equal(pool.stats().connections.lost, 0)
    await pool.close()
  })

  it('in a transaction makes it fail, and the connection is usable afterwards', async () => {
    const pool = new PgPool(database.url, { max: 1 })
    const outcome = pool.transaction(async (tx) => {
      await tx.query('select pg_sleep(30)', [], { timeoutMs: 20 }).catch(() => {})
      await assert.rejects(
        tx.query('select 1').toPromise(),
        (error) => error instanceof PgError && error.sqlState === '25P02',
      )
    })
    await assert.rejects(outcome.toPromise(), TransactionRolledBackError)
    assert.deepEqual(await pool.one('select 1 as fine'), { fine: 1 })
    assert.equal(pool.stats().connections.lost, 0)
    await pool.close()
  })

  it('by the server itself is reported as that', async () => {
    const pool = new PgPool(database.url)
    const outcome = pool.exec('set local statement_timeout = 20; select pg_sleep(30)')
    await assert.rejects(
      outcome.toPromise(),
      (error) => error instanceof PgError && error.sqlState === '57014',
    )
    await pool.close()
  })
})
