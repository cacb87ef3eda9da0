import { type Dependency, dep } from '../../src/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import { startEmbeddedDatabase } from './database/embedded.ts'
import { createTables, isEmpty } from './database/schema.ts'
import { seed } from './database/seed.ts'
import { Progress } from './progress.ts'

/**
 * The URL of a database that holds the shop, prepared when the app starts: once, for all reactors.
 *
 * @param url - the server to use; without one the app starts its own, and stops it when it stops
 */
export function shopDatabase(url: string | undefined): Dependency<string> {
  return dep({ scope: 'app' }, async function* database() {
    const progress = new Progress()
    const embedded = url === undefined ? await startEmbeddedDatabase(progress) : undefined
    try {
      const databaseUrl = url ?? embedded?.url ?? ''
      await prepare(databaseUrl, progress)
      yield databaseUrl
    } finally {
      await embedded?.stop()
    }
  })
}

/** One pool in each reactor, opened when the app starts and closed when it stops, before its database. */
export function shopPool(database: Dependency<string>, max: number): Dependency<PgPool> {
  return dep({ scope: 'core', in: { database } }, async function* pool({ database }) {
    const db = new PgPool(database, { max, applicationName: 'production-app' })
    try {
      yield db
    } finally {
      await db.close()
    }
  })
}

async function prepare(databaseUrl: string, progress: Progress): Promise<void> {
  const db = new PgPool(databaseUrl, { max: 1 })
  try {
    progress.begin('Preparing the tables')
    await createTables(db)
    if (await isEmpty(db)) {
      progress.begin('Filling the shop with users, products and orders')
      await seed(db)
    }
    progress.done()
  } finally {
    await db.close()
  }
}
