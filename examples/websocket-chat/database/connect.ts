import { fileURLToPath } from 'node:url'
import { type Dependency, dep } from '../../../src/index.ts'
import { PgPool } from '../../../src/pg/index.ts'
import { startEmbeddedDatabase } from '../../production-app/database/embedded.ts'
import { Progress } from '../../production-app/progress.ts'

/** Git ignores it; delete it to start with empty rooms. */
const DATA_FOLDER = fileURLToPath(new URL('../../../.data/websocket-chat/', import.meta.url))

/**
 * An id counts the messages of its room and has no gaps, so that whoever has seen one knows what is
 * missing before it. The row of the room is locked from the count to the commit: what has a higher id
 * was committed later.
 */
const SCHEMA = `
create table if not exists rooms (
  name    text primary key,
  last_id integer not null
);
create table if not exists messages (
  room    text not null references rooms,
  id      integer not null,
  key     uuid not null,
  author  text not null,
  text    text not null,
  sent_at timestamptz not null default clock_timestamp(),
  primary key (room, id),
  constraint messages_once unique (room, key)
);`

/**
 * The URL of a database with the chat's tables, prepared when the app starts: once, for all reactors.
 *
 * @param url - the server to use; without one the app starts its own, and stops it when it stops
 */
export function chatDatabase(url: string | undefined): Dependency<string> {
  return dep({ scope: 'app' }, async function* database() {
    const embedded =
      url === undefined ? await startEmbeddedDatabase(new Progress(), DATA_FOLDER) : undefined
    try {
      const databaseUrl = url ?? embedded?.url ?? ''
      await createTables(databaseUrl)
      yield databaseUrl
    } finally {
      await embedded?.stop()
    }
  })
}

/** One pool in each reactor. */
export function chatPool(database: Dependency<string>, max: number): Dependency<PgPool> {
  return dep({ scope: 'core', in: { database } }, async function* pool({ database }) {
    const db = new PgPool(database, { max, applicationName: 'websocket-chat' })
    try {
      yield db
    } finally {
      await db.close()
    }
  })
}

async function createTables(databaseUrl: string): Promise<void> {
  const db = new PgPool(databaseUrl, { max: 1 })
  try {
    await db.exec(SCHEMA)
  } finally {
    await db.close()
  }
}
