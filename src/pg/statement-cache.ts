import type { PreparedStatement } from './statement.ts'

/**
 * The prepared statements of one connection, by SQL text, bounded by {@link evict}.
 *
 * Eviction is least-recently-used by second chance: a use sets one flag and moves nothing, so a hit
 * costs one look-up.
 */
export class StatementCache {
  readonly #bySql = new Map<string, PreparedStatement>()
  readonly #limit: number

  /** @param limit - number of statements kept, at least 1 */
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#bySql.size
  }

  get(sql: string): PreparedStatement | undefined {
    const statement = this.#bySql.get(sql)
    if (statement !== undefined) statement.isRecent = true
    return statement
  }

  add(statement: PreparedStatement): void {
    this.#bySql.set(statement.sql, statement)
  }

  /** @returns a statement that has to leave, and to be closed on the server; undefined when all may stay */
  evict(): PreparedStatement | undefined {
    return this.#bySql.size > this.#limit ? this.#takeVictim() : undefined
  }

  /** Forgets `statement`, unless another one has taken its place. */
  delete(statement: PreparedStatement): boolean {
    return this.#bySql.get(statement.sql) === statement && this.#bySql.delete(statement.sql)
  }

  /** Statements being learned stay: queries wait for them. */
  #takeVictim(): PreparedStatement | undefined {
    for (let left = this.#bySql.size * 2; left > 0; left--) {
      const [oldest] = this.#bySql.values()
      if (oldest === undefined) return undefined
      this.#bySql.delete(oldest.sql)
      if (!oldest.isRecent && oldest.state !== 'learning') return oldest
      oldest.isRecent = false
      this.#bySql.set(oldest.sql, oldest)
    }
    return undefined
  }
}
