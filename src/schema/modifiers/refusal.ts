import { INVALID, type Issues } from '../issue.ts'

/** Why a value was refused by a check of the program. */
export class Refusal {
  readonly message: string
  readonly options: RefusalOptions

  /** @internal */
  constructor(message: string, options: RefusalOptions) {
    this.message = message
    this.options = options
  }

  /** @internal */
  report(input: unknown, issues: Issues): typeof INVALID {
    const { type, path = [], ctx } = this.options
    const from = issues.items.length
    if (type === undefined) {
      issues.add('value_error', `Value error, ${this.message}`, input, { error: {}, ...ctx })
    } else {
      issues.add(type, this.message, input, ctx)
    }
    for (const key of path.toReversed()) issues.prefix(from, key)
    return INVALID
  }
}

export interface RefusalOptions {
  /**
   * Kind of the failure, for programs; the message then stands alone. Default `value_error`, with
   * `Value error, ` in front of the message, as for a `ValueError` in Pydantic.
   */
  readonly type?: string
  /** Leads from the value to the part that is wrong: `['repeat']`. */
  readonly path?: readonly (string | number)[]
  /** What the message mentions, for programs. */
  readonly ctx?: Readonly<Record<string, unknown>>
}

/** Says in a `refine`, `transform` or `preprocess` function that a value does not fit, and why. */
export function refuse(message: string, options: RefusalOptions = {}): Refusal {
  return new Refusal(message, options)
}
