import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ClosedError, LimitError, OptionError, TimeoutError } from '../../src/core/errors.ts'
import { Future } from '../../src/future/index.ts'
import {
  NoRowsError,
  PgError,
  PgParameterError,
  PgPool,
  PgUnsupportedError,
  TooManyRowsError,
} from '../../src/pg/index.ts'
import { testDatabase } from '../support/postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: PgPool

before(async () => {
  database = await testDatabase()
  pool = new PgPool(database.url)
})

after(async () => {
  await pool.close()
  await database.stop()
})

describe('PgPool.query', () => {
  it('gives rows, their number, the command and the columns', async () => {
    const result = await pool.query('select $1::int4 as id, $2::text as name', [1, 'Ann'])
    assert.deepEqual(result.rows, [{ id: 1, name: 'Ann' }])
    assert.equal(result.rowCount, 1)
    assert.equal(result.command, 'SELECT')
    assert.deepEqual(
      result.fields.map(({ name, dataTypeId }) => [name, dataTypeId]),
      [
        ['id', 23],
        ['name', 25],
      ],
    )
  })

  it('returns a Future that is thenable at once', async () => {
    const future = pool.query('select 1 as one')
    assert.ok(future instanceof Future)
    assert.equal(future.isPending, true)
    assert.equal((await future).rowCount, 1)
  })

  for (const [sql, command, rowCount] of [
    ['create table counted (id int primary key)', 'CREATE TABLE', 0],
    ['insert into counted select generate_series(1, 5)', 'INSERT', 5],
    ['update counted set id = id + 100 where id < 103', 'UPDATE', 5],
    ['delete from counted where id > 103', 'DELETE', 2],
    ['create table copied as select * from counted', 'SELECT', 3],
    ['select * from counted where false', 'SELECT', 0],
    ['', '', 0],
  ] as const) {
    it(`counts ${rowCount} for ${sql || 'an empty statement'}`, async () => {
      const result = await pool.query(sql)
      assert.deepEqual([result.command, result.rowCount], [command, rowCount])
    })
  }

  it('answers in order, each query for itself, when many are started at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) =>
        index % 10 === 3
          ? pool.one('select 1 / $1::int4 as v', [0])
          : pool.one('select $1::int4 as v', [index]),
      ),
    )
    for (const [index, result] of results.entries()) {
      if (index % 10 !== 3) assert.deepEqual(result, { status: 'fulfilled', value: { v: index } })
      else
        assert.equal(result.status === 'rejected' && (result.reason as PgError).sqlState, '22012')
    }
  })

  it('keeps a failed write from undoing its neighbours', async () => {
    await pool.exec('create table isolated (id int primary key)')
    const insert = (id: number): Future<unknown> =>
      pool.query('insert into isolated values ($1)', [id])
    const outcomes = await Promise.allSettled([insert(1), insert(1), insert(2)])
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(await pool.many('select id from isolated order by id'), [{ id: 1 }, { id: 2 }])
  })

  it('reports a statement that cannot be parsed to each that uses it', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((id) => pool.query('select nothing_like_it from isolated where id = $1', [id])),
    )
    const errors = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as PgError) : undefined,
    )
    assert.deepEqual(
      errors.map((error) => error?.sqlState),
      ['42703', '42703', '42703'],
    )
    assert.equal(new Set(errors).size, 3)
  })

  it('gives every field of a server error, and the query', async () => {
    await pool.exec(
      'create table fields (id int primary key, n int constraint positive check (n > 0))',
    )
    const sql = 'insert into fields values ($1, $2)'
    const error = await pool.query(sql, [1, -1]).then(
      () => undefined,
      (reason) => reason as PgError,
    )
    assert.ok(error instanceof PgError)
    assert.deepEqual(
      [
        error.code,
        error.sqlState,
        error.severity,
        error.table,
        error.constraint,
        error.schema,
        error.query,
        error.name,
      ],
      ['PG_SERVER', '23514', 'ERROR', 'fields', 'positive', 'public', sql, 'PgError'],
    )
    assert.match(error.detail ?? '', /Failing row contains/)
    const syntax = await pool.query('select +').catch((reason) => reason as PgError)
    assert.equal((syntax as PgError).position, 9)
  })

  it('refuses two columns of one name before anything runs', async () => {
    const sql = 'insert into isolated values (77) returning id, id'
    await assert.rejects(
      pool.query(sql).toPromise(),
      /two columns are named "id"; give one an alias/,
    )
    assert.deepEqual(await pool.many('select id from isolated where id = 77'), [])
  })

  for (const [what, parameters, message] of [
    ['undefined', [undefined], /Parameter \$1 of select \$1::int4: it is undefined/],
    ['too few parameters', [], /it has 1, but 0 were given/],
    [
      'more parameters than the protocol counts',
      new Array(70_000).fill(1),
      /70000 were given, the protocol allows 65535/,
    ],
  ] as const) {
    it(`refuses ${what} without touching the connection`, async () => {
      await assert.rejects(pool.query('select $1::int4', parameters).toPromise(), (error) => {
        assert.ok(error instanceof PgParameterError)
        assert.match(error.message, message)
        return true
      })
      assert.deepEqual(await pool.one('select 1 as fine'), { fine: 1 })
    })
  }

  it('takes as many parameters as the protocol counts', async () => {
    const count = 65_535
    const sql = `select cardinality(array[${Array.from({ length: count }, (_, index) => `$${index + 1}::int4`).join(',')}]) as n`
    assert.deepEqual(await pool.one(sql, new Array(count).fill(7)), { n: count })
  })

  it('refuses a zero character in the SQL', async () => {
    await assert.rejects(pool.query('select 1\0; drop table x').toPromise(), PgParameterError)
  })

  for (const [what, call] of [
    ['SQL that is no text', () => pool.query(5 as unknown as string)],
    ['parameters that are no array', () => pool.query('select 1', 'x' as unknown as [])],
    ['an unknown option', () => pool.query('select 1', [], { timeout: 5 } as object)],
    ['a bad timeout', () => pool.query('select 1', [], { timeoutMs: -1 })],
    ['a signal that is none', () => pool.query('select 1', [], { signal: {} as AbortSignal })],
  ] as const) {
    it(`refuses ${what}`, async () => assert.rejects(call().toPromise(), OptionError))
  }

  it('survives a change of the table under a prepared statement', async () => {
    const single = new PgPool(database.url, { max: 1 })
    await single.exec('create table changing (id int)')
    await single.exec('insert into changing values (1)')
    const sql = 'select * from changing'
    assert.deepEqual(await single.many(sql), [{ id: 1 }])
    await single.exec("alter table changing add column name text default 'x'")
    const all = await Promise.all([single.many(sql), single.many(sql), single.many(sql)])
    assert.deepEqual(
      all,
      [1, 2, 3].map(() => [{ id: 1, name: 'x' }]),
    )
    await single.exec('alter table changing alter id type text')
    assert.deepEqual(await single.many(sql), [{ id: '1', name: 'x' }])
    await single.exec('deallocate all')
    assert.deepEqual(await single.many(sql), [{ id: '1', name: 'x' }])
    await single.close()
  })

  it('keeps no more statements than it may, and goes on with those it dropped', async () => {
    const single = new PgPool(database.url, { max: 1, statementCacheSize: 5 })
    for (let round = 0; round < 2; round++) {
      const rows = await Promise.all(
        Array.from({ length: 40 }, (_, index) => single.one(`select ${index} as v`)),
      )
      assert.deepEqual(
        rows.map((row) => row['v']),
        Array.from({ length: 40 }, (_, index) => index),
      )
    }
    // The first asks for one statement more; the last of the others leaves behind it.
    const counting = 'select count(*) from pg_prepared_statements'
    await single.one(counting)
    const { count } = await single.one<{ count: bigint }>(counting)
    assert.ok(count <= 5n, `${count} statements`)
    await single.close()
  })

  it('reads rows that are larger than the receive buffer', async () => {
    const rows = await pool.many<{ i: number; t: string }>(
      'select i, repeat(i::text, 30000) as t from generate_series(1, 20) i',
    )
    assert.deepEqual(
      rows.map((row) => row.t.length),
      rows.map((row) => 30_000 * String(row.i).length),
    )
  })

  it('sends statements that are larger than any buffer', async () => {
    const big = 'x'.repeat(3_000_000)
    const rows = await Promise.all(
      [1, 2, 3].map(() => pool.one('select length($1::text) as n', [big])),
    )
    assert.deepEqual(
      rows,
      [1, 2, 3].map(() => ({ n: 3_000_000 })),
    )
  })

  it('refuses COPY, and works on', async () => {
    for (const sql of ['copy isolated to stdout', 'copy isolated from stdin']) {
      await assert.rejects(pool.query(sql).toPromise(), PgUnsupportedError)
      await assert.rejects(pool.exec(sql).toPromise(), PgUnsupportedError)
    }
    assert.deepEqual(await pool.one('select 1 as fine'), { fine: 1 })
  })

  it('refuses to leave a transaction open on a shared connection', async () => {
    const single = new PgPool(database.url, { max: 1 })
    await assert.rejects(
      single.query('begin').toPromise(),
      /use transaction, which has a connection of its own/,
    )
    await single.exec('insert into isolated values (500)')
    assert.deepEqual(await pool.many('select id from isolated where id = 500'), [{ id: 500 }])
    await single.close()
  })

  it('continues the stack at the caller in debug mode', {
    skip: process.env['FASTERAPI_DEBUG'] !== '1',
  }, async () => {
    const error = await pool.query('select bad').catch((reason) => reason as Error)
    assert.match(
      (error as Error).stack ?? '',
      /PgError: column "bad" does not exist\n[^]*pool\.test\.ts/,
    )
  })
})

describe('PgPool.one, maybeOne, many and exec', () => {
  const series = (count: number): string => `select generate_series(1, ${count}) as i`

  it('tell none, one and several apart', async () => {
    assert.deepEqual(await pool.one(series(1)), { i: 1 })
    assert.deepEqual(await pool.maybeOne(series(1)), { i: 1 })
    assert.equal(await pool.maybeOne(series(0)), undefined)
    assert.deepEqual(await pool.many(series(2)), [{ i: 1 }, { i: 2 }])
    assert.deepEqual(await pool.many(series(0)), [])
    await assert.rejects(pool.one(series(0)).toPromise(), NoRowsError)
    await assert.rejects(pool.one(series(2)).toPromise(), TooManyRowsError)
    await assert.rejects(pool.maybeOne(series(2)).toPromise(), TooManyRowsError)
  })

  it('run several statements without parameters as one', async () => {
    assert.equal(
      await pool.exec('create table several (id int); insert into several values (1), (2)'),
      2,
    )
    await assert.rejects(
      pool.exec('insert into several values (3); select 1/0').toPromise(),
      PgError,
    )
    assert.equal(await pool.exec('delete from several'), 2)
  })

  it('give the number of affected rows with parameters', async () => {
    assert.equal(await pool.exec('insert into several select generate_series(1, $1::int4)', [7]), 7)
  })
})

describe('PgPool', () => {
  for (const [what, url, options, message] of [
    [
      'an unknown option',
      undefined,
      { size: 3 },
      /PgPool options.size must be absent: known options are max/,
    ],
    ['a pool without connections', undefined, { max: 0 }, /max must be an integer from 1/],
    ['a mode that is none', undefined, { int8: 'string' }, /int8 must be 'bigint' or 'number'/],
    ['a bad URL', 'http://x', {}, /url must be of the form postgresql:/],
  ] as const) {
    it(`refuses ${what} when it is made`, () =>
      assert.throws(
        () => new PgPool(url, options as object),
        (error: Error) => error instanceof OptionError && message.test(error.message),
      ))
  }

  it('opens no connection before it is used, and one for a little work', async () => {
    const lazy = new PgPool(database.url, { max: 8 })
    assert.equal(lazy.stats().connections.open, 0)
    for (let index = 0; index < 20; index++) await lazy.one('select 1 as one')
    assert.deepEqual([lazy.stats().connections.open, lazy.stats().connections.idle], [1, 1])
    await lazy.close()
  })

  it('goes around a connection that is busy with a slow query', async () => {
    const wide = new PgPool(database.url, { max: 3 })
    const slow = wide.query('select pg_sleep(0.6)')
    await wide.one('select 1 as warm').catch(() => {})
    const startMs = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 30))
    await Promise.all([wide.one('select 1 as one'), wide.one('select 2 as two')])
    assert.ok(performance.now() - startMs < 400, 'it did not wait for the slow one')
    await slow
    await wide.close()
  })

  it('runs queries that are known to be slow side by side, not behind one another', async () => {
    const wide = new PgPool(database.url, { max: 4 })
    const sleep = (): Future<unknown> => wide.query('select pg_sleep($1)', [0.05])
    // The first tells that it is slow; the next few have the connections opened.
    for (let round = 0; round < 3; round++) await Promise.all([1, 2, 3, 4].map(sleep))
    assert.equal(wide.stats().connections.open, 4)
    const startMs = performance.now()
    await Promise.all([1, 2, 3, 4].map(sleep))
    const tookMs = performance.now() - startMs
    assert.ok(tookMs < 150, `four times 50 ms took ${tookMs} ms`)
    await wide.close()
  })

  it('closes connections that nobody uses', async () => {
    const brief = new PgPool(database.url, { idleTimeoutMs: 30 })
    await brief.one('select 1 as one')
    while (brief.stats().connections.open > 0)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual(await brief.one('select 2 as two'), { two: 2 })
    await brief.close()
  })

  it('counts what it does', async () => {
    const counted = new PgPool(database.url, { max: 2 })
    await Promise.allSettled([
      counted.one('select 1 as one'),
      counted.query('bad'),
      counted.query('select $1::int4', [1.5]),
    ])
    await counted.query('select pg_sleep(5)', [], { timeoutMs: 20 }).catch(() => {})
    await counted.transaction((tx) => tx.one('select 1 as one'))
    const { queries, connections, waiting, acquired } = counted.stats()
    // The transaction has three: begin, its own, commit.
    assert.deepEqual(queries, { total: 7, failed: 3, cancelled: 1, inFlight: 0 })
    assert.deepEqual([connections.max, waiting, acquired], [2, 0, 1])
    await counted.close()
    assert.equal(counted.stats().connections.open, 0)
  })

  it('lets what is under way finish when it is closed, and refuses the rest', async () => {
    const closing = new PgPool(database.url, { max: 1 })
    await closing.one('select 1 as one')
    const running = closing.one('select pg_sleep(0.05)::text as slept')
    const closed = closing.close()
    await assert.rejects(closing.one('select 2 as two').toPromise(), ClosedError)
    await assert.rejects(closing.transaction(() => 1).toPromise(), ClosedError)
    assert.deepEqual(await running, { slept: '' })
    await closed
    await closing.close()
  })

  it('cuts connections that do not finish within the closing time', async () => {
    const closing = new PgPool(database.url, { max: 1 })
    await closing.one('select 1 as one')
    const running = closing.one('select pg_sleep(30)').toPromise()
    const outcome = assert.rejects(running, /whether this ran is unknown/)
    await closing.close({ timeoutMs: 20 })
    await outcome
  })

  it('closes without ever having been opened', async () => {
    await new PgPool(database.url).close()
  })

  it('is disposable', async () => {
    const disposable = new PgPool(database.url)
    await disposable.one('select 1 as one')
    await disposable[Symbol.asyncDispose]()
    assert.equal(disposable.stats().connections.open, 0)
  })

  it('bounds the queue and the wait for a connection', async () => {
    const tight = new PgPool(database.url, { max: 1, maxQueue: 2, acquireTimeoutMs: 60 })
    let release = (): void => {}
    const held = tight.transaction(() => new Promise<void>((resolve) => (release = resolve)))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const waiting = [tight.one('select 1 as one'), tight.transaction(() => 1)].map((future) =>
      future.toPromise(),
    )
    const expired = Promise.allSettled(waiting)
    await assert.rejects(tight.one('select 3 as three').toPromise(), LimitError)
    for (const outcome of await expired) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof TimeoutError)
      assert.match(
        outcome.reason.message,
        /Waiting for one of 1 connections \(1 open, 0 opening, 1 in transactions, \d waiting\)/,
      )
    }
    release()
    await held
    assert.deepEqual(await tight.one('select 4 as four'), { four: 4 })
    await tight.close()
  })
})
