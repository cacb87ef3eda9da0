import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { seededRandom } from '../../src/core/debug.ts'
import { PgError, PgPool } from '../../src/pg/index.ts'
import { testDatabase } from '../support/postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let observer: PgPool

before(async () => {
  database = await testDatabase()
  observer = new PgPool(database.url, { max: 1 })
})

after(async () => {
  await observer.close()
  await database.stop()
})

const NAME = 'chaos'
const ROUNDS = 40
const PER_ROUND = 12

/** What one operation claims about the row it was to insert. */
interface Claim {
  readonly id: number
  readonly isStored: boolean | 'unknown'
  readonly reason: unknown
}

describe('a pool whose back ends are killed and whose queries are cancelled at random', () => {
  for (const seed of [1, 2, 3]) {
    it(`tells the truth about every write, seed ${seed}`, async () => {
      const random = seededRandom(seed)
      const pool = new PgPool(database.url, { max: 3, applicationName: NAME })
      await observer.exec(`create table ledger_${seed} (id int primary key)`)
      const insert = `insert into ledger_${seed} values ($1)`
      const claims: Promise<Claim>[] = []

      const operate = (id: number): PromiseLike<unknown> => {
        const kind = random()
        if (kind < 0.5) return pool.exec(insert, [id])
        if (kind < 0.6)
          return pool.exec(`${insert.replace('$1', String(id))}; select pg_sleep(0.002)`)
        if (kind < 0.75) return pool.exec(insert, [id], { timeoutMs: 1 + Math.floor(random() * 3) })
        if (kind < 0.9) return pool.transaction((tx) => tx.exec(insert, [id]))
        return pool.transaction(async (tx) => {
          await tx.exec(insert, [id])
          await tx.query('select pg_sleep($1)', [0.003], { timeoutMs: 2 })
        })
      }
      const claim = (id: number): Promise<Claim> =>
        Promise.resolve(operate(id)).then(
          () => ({ id, isStored: true, reason: undefined }),
          // A query that was given up may have run; only a server's refusal and "unknown" are more precise.
          (reason) => ({ id, isStored: reason instanceof PgError ? false : 'unknown', reason }),
        )

      for (let round = 0; round < ROUNDS; round++) {
        for (let index = 0; index < PER_ROUND; index++)
          claims.push(claim(round * PER_ROUND + index))
        if (random() < 0.4) {
          await observer.query(
            'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 limit 1',
            [NAME],
          )
        }
        await new Promise((resolve) => setTimeout(resolve, random() * 6))
      }
      const settled = await Promise.all(claims)
      const rows = await observer.many<{ id: number }>(`select id from ledger_${seed}`)
      const stored = new Set(rows.map((row) => row.id))
      for (const { id, isStored, reason } of settled) {
        // Sent twice, a row would be refused as a duplicate of itself.
        assert.notEqual(
          reason instanceof PgError && reason.sqlState,
          '23505',
          `${id} was sent twice`,
        )
        if (isStored !== 'unknown')
          assert.equal(stored.has(id), isStored, `${id}: ${String(reason)}`)
      }
      assert.ok(settled.filter((outcome) => outcome.isStored === true).length > ROUNDS * 3)
      const { queries, connections, waiting } = pool.stats()
      assert.ok(connections.lost > 0, 'back ends were killed')
      assert.deepEqual([queries.inFlight, connections.exclusive, waiting], [0, 0, 0])
      assert.deepEqual(await pool.one('select 1 as fine'), { fine: 1 })
      await pool.close()
    })
  }
})
