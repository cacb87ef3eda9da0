import type { PgPool } from 'fasterapi/pg'
import type { Item, NewItem } from './schemas.ts'
import type { ItemStore } from './store.ts'

/** Waits for its turn: every reactor does this when it starts, all at the same time. */
export async function createTables(pool: PgPool): Promise<void> {
  await pool.transaction(async (db) => {
    await db.query('select pg_advisory_xact_lock(1)')
    await db.query(`
      create table if not exists items (
        id int generated always as identity primary key,
        name text not null,
        price int not null check (price >= 0)
      )`)
  })
}

/** Keeps items in PostgreSQL. */
export class PgItemStore implements ItemStore {
  readonly #pool: PgPool

  constructor(pool: PgPool) {
    this.#pool = pool
  }

  async list(limit: number): Promise<Item[]> {
    return await this.#pool.many<Item>('select id, name, price from items order by id limit $1', [
      limit,
    ])
  }

  async find(id: number): Promise<Item | undefined> {
    return await this.#pool.maybeOne<Item>('select id, name, price from items where id = $1', [id])
  }

  async add({ name, price }: NewItem): Promise<Item> {
    const sql = 'insert into items (name, price) values ($1, $2) returning id, name, price'
    return await this.#pool.one<Item>(sql, [name, price])
  }

  async remove(id: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query('delete from items where id = $1', [id])
    return rowCount === 1
  }
}
