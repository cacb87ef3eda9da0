import type { Db as Database } from 'pg-boss'
import type { PgPool, PgTransaction } from '../pg/index.ts'
import { splitStatements } from './split-statements.ts'

interface Rows {
  readonly rows: unknown[]
}

/** Lets `pg-boss` work on the connections of a pool. */
export function poolDatabase(pool: PgPool): Database {
  return {
    async executeSql(sql, values): Promise<Rows> {
      const statements = statementsOf(sql, values)
      if (statements.length === 1) return runOne(pool, statements[0] ?? sql, values)
      // The server takes several statements in one message for one transaction, too.
      return pool.transaction((transaction) => runAll(transaction, statements))
    },
    async listen(channel, onNotification, onReconnect): Promise<{ close(): Promise<void> }> {
      const subscription = await pool.listen(channel, ({ payload }) => onNotification(payload), {
        onGap: onReconnect,
      })
      return { close: async () => subscription.unlisten() }
    },
  }
}

/** Lets `pg-boss` work within a transaction: what it writes is there when all the rest is. */
export function transactionDatabase(transaction: PgTransaction): Database {
  return {
    async executeSql(sql, values): Promise<Rows> {
      const statements = statementsOf(sql, values)
      if (statements.length === 1) return runOne(transaction, statements[0] ?? sql, values)
      return runAll(transaction, statements)
    },
  }
}

/** Those of a text with parameters are one, as the protocol has it. */
function statementsOf(sql: string, values: readonly unknown[] | undefined): string[] {
  if (values !== undefined && values.length > 0) return [sql]
  // A transaction is there already.
  return splitStatements(sql).filter((text) => !/^(?:BEGIN|COMMIT)$/i.test(text))
}

async function runOne(
  database: PgPool | PgTransaction,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Rows> {
  return { rows: await database.many(sql, values) }
}

async function runAll(transaction: PgTransaction, statements: readonly string[]): Promise<Rows> {
  const results = statements.map((sql) => transaction.many(sql))
  const rows: unknown[] = []
  for (const result of results) rows.push(...(await result))
  return { rows }
}
