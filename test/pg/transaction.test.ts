import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import {
  PgError,
  PgPool,
  type PgTransaction,
  TransactionClosedError,
  TransactionRolledBackError,
} from '../../src/pg/index.ts'
import { testDatabase } from '../support/postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: PgPool

before(async () => {
  database = await testDatabase()
  pool = new PgPool(database.url)
  await pool.exec('create table ledger (id int primary key, amount int not null default 0)')
})

after(async () => {
  await pool.close()
  await database.stop()
})

beforeEach(async () => {
  await pool.exec('truncate ledger')
})

const insert = 'insert into ledger values ($1)'

async function ids(): Promise<unknown[]> {
  return (await pool.many('select id from ledger order by id')).map((row) => row['id'])
}

describe('PgPool.transaction', () => {
  it('stores everything when its function is ready, and gives its value', async () => {
    const value = await pool.transaction(async (tx) => {
      await tx.exec(insert, [1])
      await tx.exec(insert, [2])
      return 'done'
    })
    assert.equal(value, 'done')
    assert.deepEqual(await ids(), [1, 2])
  })

  it('works with futures and continuations, too', async () => {
    const count = await pool
      .transaction((tx) =>
        tx.exec(insert, [1]).then(() => tx.one<{ count: bigint }>('select count(*) from ledger')),
      )
      .then((row) => row.count)
    assert.equal(count, 1n)
  })

  it('stores nothing when its function throws or rejects, and fails with that', async () => {
    const failure = new Error('mine')
    await assert.rejects(
      pool
        .transaction(async (tx) => {
          await tx.exec(insert, [1])
          throw failure
        })
        .toPromise(),
      failure,
    )
    await assert.rejects(
      pool
        .transaction(() => {
          throw failure
        })
        .toPromise(),
      failure,
    )
    assert.deepEqual(await ids(), [])
  })

  it('sees its own writes, which others do not see until the end', async () => {
    await pool.transaction(async (tx) => {
      await tx.exec(insert, [1])
      assert.equal((await tx.many('select * from ledger')).length, 1)
      assert.deepEqual(await ids(), [])
    })
    assert.deepEqual(await ids(), [1])
  })

  it('keeps the order of statements that are not awaited, even when one makes what the next uses', async () => {
    const rows = await pool.transaction((tx) => {
      const steps = [
        tx.query('create temporary table made (id int) on commit drop'),
        tx.query('insert into made values (1), (2)'),
        tx.query('update made set id = id + $1', [10]),
      ]
      return Promise.all(steps).then(() => tx.many('select id from made order by id'))
    })
    assert.deepEqual(rows, [{ id: 11 }, { id: 12 }])
  })

  it('waits for statements that nobody awaited before it commits', async () => {
    await pool.transaction((tx) => {
      tx.exec(insert, [1]).ignore()
      tx.exec(insert, [2]).ignore()
    })
    assert.deepEqual(await ids(), [1, 2])
  })

  it('fails when a failed statement was swallowed, for the server has rolled back', async () => {
    const outcome = pool.transaction(async (tx) => {
      await tx.exec(insert, [1])
      await tx.query('select 1/0').catch(() => {})
      return 'looks fine'
    })
    await assert.rejects(outcome.toPromise(), (error) => {
      assert.ok(error instanceof TransactionRolledBackError)
      assert.ok(error.cause instanceof PgError)
      assert.equal(error.cause.sqlState, '22012')
      return true
    })
    assert.deepEqual(await ids(), [])
  })

  it('fails with an error that comes only at the COMMIT', async () => {
    await pool.exec(
      'create table if not exists child (id int references ledger deferrable initially deferred)',
    )
    const outcome = pool.transaction((tx) => tx.exec('insert into child values ($1)', [404]))
    await assert.rejects(
      outcome.toPromise(),
      (error) => error instanceof PgError && error.sqlState === '23503',
    )
    await pool.exec('drop table child')
  })

  for (const [options, expected] of [
    [{ isolation: 'serializable', readOnly: true, deferrable: true }, ['serializable', 'on', 'on']],
    [{ isolation: 'repeatable read' }, ['repeatable read', 'off', 'off']],
    [{ readOnly: true }, ['read committed', 'on', 'off']],
    [{}, ['read committed', 'off', 'off']],
  ] as const) {
    it(`begins as ${JSON.stringify(options)}`, async () => {
      const settings = await pool.transaction(
        (tx) =>
          tx.one(
            "select current_setting('transaction_isolation') as i, current_setting('transaction_read_only') as r, current_setting('transaction_deferrable') as d",
          ),
        options,
      )
      assert.deepEqual(Object.values(settings), expected)
    })
  }

  it('refuses options it does not know before it asks for a connection', () => {
    for (const options of [{ isolation: 'chaos' }, { retries: 3 }, { retry: -1 }]) {
      assert.throws(() => pool.transaction(() => 1, options as object), OptionError)
    }
  })

  it('refuses its handle after the end', async () => {
    let handle: PgTransaction | undefined
    await pool.transaction((tx) => {
      handle = tx
    })
    await assert.rejects(
      handle?.query('select 1').toPromise() ?? Promise.resolve(),
      TransactionClosedError,
    )
    await assert.rejects(
      handle?.transaction(() => 1).toPromise() ?? Promise.resolve(),
      TransactionClosedError,
    )
  })

  it('runs anew after a serialization failure if asked to', async () => {
    await pool.exec('insert into ledger values (1, 0)')
    const increment = async (): Promise<void> => {
      await pool.transaction(
        async (tx) => {
          const { amount } = await tx.one<{ amount: number }>(
            'select amount from ledger where id = 1',
          )
          await tx.exec('update ledger set amount = $1 where id = 1', [amount + 1])
        },
        { isolation: 'serializable', retry: 100 },
      )
    }
    await Promise.all(Array.from({ length: 8 }, increment))
    assert.deepEqual(await pool.one('select amount from ledger'), { amount: 8 })
  })

  it('runs anew as often as it was asked to, and no more', async () => {
    let attempts = 0
    const outcome = pool.transaction(
      async (tx) => {
        attempts++
        await tx.exec(insert, [attempts])
        const state = attempts % 2 === 0 ? '40001' : '40P01'
        await tx.query(`do $$ begin raise exception 'again' using errcode = '${state}'; end $$`)
      },
      { retry: 3 },
    )
    await assert.rejects(outcome.toPromise(), (error) => error instanceof PgError)
    assert.deepEqual([attempts, await ids()], [4, []])
  })

  it('does not run anew unless asked to', async () => {
    let attempts = 0
    const outcome = pool.transaction(async (tx) => {
      attempts++
      await tx.query("do $$ begin raise exception 'again' using errcode = '40001'; end $$")
    })
    await assert.rejects(
      outcome.toPromise(),
      (error) => error instanceof PgError && error.sqlState === '40001',
    )
    assert.equal(attempts, 1)
  })

  it('fails when its function ends it by hand and begins another', async () => {
    const single = new PgPool(database.url, { max: 1 })
    await single.transaction(async (tx) => {
      await tx.exec(insert, [1])
      await tx.exec('commit; begin')
      await tx.exec(insert, [2])
    })
    assert.deepEqual(await ids(), [1, 2])
    await single.close()
  })

  it('never gives a connection with an open transaction to anybody else', async () => {
    const single = new PgPool(database.url, { max: 1 })
    const pids = new Set<unknown>()
    for (const end of ['commit; begin', 'rollback; begin']) {
      await single
        .transaction(async (tx) => {
          pids.add((await tx.one('select pg_backend_pid() as pid'))['pid'])
          tx.exec(`${end}; insert into ledger values (9)`).ignore()
          throw new Error('leave')
        })
        .catch(() => {})
      assert.deepEqual(await single.one('select pg_current_xact_id_if_assigned()::text as x'), {
        x: null,
      })
    }
    assert.deepEqual(await ids(), [])
    await single.close()
  })

  it('shares the pool fairly with queries', async () => {
    const small = new PgPool(database.url, { max: 2 })
    const work: PromiseLike<unknown>[] = []
    for (let index = 0; index < 60; index++) {
      work.push(
        index % 3 === 0
          ? small.transaction((tx) => tx.exec(insert, [index]))
          : small.one('select $1::int4 as v', [index]),
      )
    }
    await Promise.all(work)
    assert.equal((await ids()).length, 20)
    assert.equal(small.stats().connections.exclusive, 0)
    await small.close()
  })
})

describe('PgTransaction.transaction', () => {
  it('undoes only what is inside the savepoint that fails', async () => {
    await pool.transaction(async (tx) => {
      await tx.exec(insert, [1])
      await assert.rejects(
        tx
          .transaction(async (inner) => {
            await inner.exec(insert, [2])
            await inner.transaction((deep) => deep.exec(insert, [3]))
            await inner.exec(insert, [2])
          })
          .toPromise(),
        (error) => error instanceof PgError && error.sqlState === '23505',
      )
      assert.equal(await tx.transaction((inner) => inner.exec(insert, [4])), 1)
    })
    assert.deepEqual(await ids(), [1, 4])
  })
})
