import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Future } from '../../future/index.ts'
import type { PgPool } from '../../pg/index.ts'
import type { SessionStore } from './session-store.ts'

export interface PostgresSessionStoreOptions {
  /** Default `fasterapi_sessions`; may name a schema: `auth.sessions`. */
  readonly table?: string
}

/** A {@link SessionStore} in PostgreSQL. */
export interface PostgresSessionStore extends SessionStore {
  /** Creates the table if it is not there. */
  setUp(): Future<void>
  /** Deletes sessions whose time is over; call it now and then. @returns how many there were */
  deleteExpired(): Future<number>
}

const TABLE = /^[a-z_][a-z0-9_]{0,62}(\.[a-z_][a-z0-9_]{0,62})?$/

/**
 * Sessions in a table of PostgreSQL. Those whose time is over are not found; `deleteExpired` takes them
 * away.
 *
 * @param pool - yours to close, after the app
 * @throws {OptionError} on unknown or impossible options
 */
export function postgresSessionStore(
  pool: PgPool,
  options: PostgresSessionStoreOptions = {},
): PostgresSessionStore {
  rejectUnknownOptions('postgresSessionStore()', options, ['table'])
  const { table = 'fasterapi_sessions' } = options
  if (typeof table !== 'string' || !TABLE.test(table)) {
    throw new OptionError('postgresSessionStore().table', table, 'a name in lower case')
  }
  const until = 'to_timestamp($3::double precision / 1000)'
  const index = `${table.replace('.', '_')}_expires_at`
  const insert = `insert into ${table} (key, record, expires_at) values ($1, $2, ${until})`
  const update = `update ${table} set record = $2, expires_at = ${until} where key = $1 and expires_at > now()`
  const select = `select record from ${table} where key = $1 and expires_at > now()`
  return {
    load: (key) =>
      pool.maybeOne<{ readonly record: string }>(select, [key]).then((row) => row?.record),
    create: (key, record, expiresAtMs) => pool.exec(insert, [key, record, expiresAtMs]),
    update: (key, record, expiresAtMs) =>
      pool.exec(update, [key, record, expiresAtMs]).then((count) => count === 1),
    delete: (key) => pool.exec(`delete from ${table} where key = $1`, [key]),
    deleteExpired: () => pool.exec(`delete from ${table} where expires_at <= now()`, []),
    setUp: () =>
      pool
        .exec(`
          create table if not exists ${table}
            (key text primary key, record text not null, expires_at timestamptz not null);
          create index if not exists ${index} on ${table} (expires_at)`)
        .discard(),
  }
}
