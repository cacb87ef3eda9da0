import { dep } from 'fasterapi'
import { PgPool } from 'fasterapi/pg'
import { createTables, PgItemStore } from './items/pg-store.ts'
import type { ItemStore } from './items/store.ts'

/**
 * Opened when the app starts, closed when it stops. Tests put another one in its place:
 * `app.override(store, ...)`.
 */
export const store = dep({ scope: 'core' }, async function* (): AsyncGenerator<ItemStore> {
  const pool = new PgPool(process.env['DATABASE_URL'])
  try {
    await createTables(pool)
    yield new PgItemStore(pool)
  } finally {
    await pool.close()
  }
})
