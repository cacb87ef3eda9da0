/** A statement whose answer takes longer than this is worth a back end of its own, in milliseconds. */
const SLOW_MS = 4
/** Statements remembered; beyond, everything is learned anew. */
const LIMIT = 1000

/**
 * Which statements are slow on the server, by their latest executions.
 *
 * Queries that share a connection run one after the other: for fast ones that costs nothing and saves
 * system calls, for slow ones it adds up. A program whose event loop is late sees answers late and may
 * take a fast statement for a slow one; that only makes batches thinner, and the next answer corrects it.
 */
export class SlowStatements {
  readonly #sql = new Set<string>()

  has(sql: string): boolean {
    return this.#sql.size > 0 && this.#sql.has(sql)
  }

  /** @param tookMs - time per answer since the connection's answer before it */
  note(sql: string, tookMs: number): void {
    if (tookMs <= SLOW_MS) {
      if (this.#sql.size > 0) this.#sql.delete(sql)
    } else {
      if (this.#sql.size >= LIMIT) this.#sql.clear()
      this.#sql.add(sql)
    }
  }
}
