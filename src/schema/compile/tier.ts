import { INVALID, type Issues } from '../issue.ts'
import type { Check, Schema } from '../schema.ts'
import { compileCheck, compileJson, type ToJson } from './compile.ts'

/** Programs that start, and tests, use most schemas a few times: code would cost them more. */
const CALLS_BEFORE_CODE = 16

/** A schema at work: closures at first, code for its whole tree once it is used often. */
export class Tier {
  readonly #schema: Schema<unknown>
  #checks = 0
  #writes = 0
  #check: Check | undefined
  #toJson: ToJson | undefined

  constructor(schema: Schema<unknown>) {
    this.#schema = schema
  }

  /** What the schema's `check` does. */
  check(input: unknown, issues: Issues): unknown {
    if (this.#check !== undefined) {
      const from = issues.items.length
      const value = this.#check(input, issues)
      if (value !== INVALID) return value
      issues.rewind(from)
    } else if (++this.#checks === CALLS_BEFORE_CODE) {
      this.#check = compileCheck(this.#schema)
    }
    return this.#schema.check(input, issues)
  }

  /**
   * What the schema's `write` does.
   *
   * `JSON.stringify` writes plain data faster than any JavaScript: to make sure of that first, and
   * to copy what is not plain, still costs less than to put texts together.
   *
   * @throws {SerializationError} if the value does not fit
   */
  write(value: unknown): string {
    if (this.#toJson !== undefined) {
      const text = stringifyOrNothing(this.#toJson(value))
      if (text !== undefined) return text
    } else if (++this.#writes === CALLS_BEFORE_CODE) {
      this.#toJson = compileJson(this.#schema)
    }
    return this.#schema.write(value)
  }

  /** The value that `JSON.stringify` should see; only for trees all of whose kinds have code. */
  json(value: unknown): unknown {
    this.#toJson ??= compileJson(this.#schema) ?? (() => INVALID)
    return this.#toJson(value)
  }
}

/** `INVALID` is a symbol, of which nothing is written; cycles and `bigint` are refused natively. */
function stringifyOrNothing(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
