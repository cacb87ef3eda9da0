/** Where a value sits: the source (`body`, `query`, ...), then keys and indexes. */
export type Location = (string | number)[]

/** One thing that is wrong with an input, in the shape FastAPI and Pydantic 2 report it. */
export interface ValidationIssue {
  /** Stable kind of the failure, as Pydantic names it: `missing`, `int_parsing`, ... */
  readonly type: string
  readonly loc: Location
  readonly msg: string
  /** The offending value; for `missing` the object that lacks the key. */
  readonly input: unknown
  /** The values that `msg` mentions. */
  readonly ctx?: Readonly<Record<string, unknown>>
}

/** What a check returns instead of a value; no input can forge it. */
export const INVALID: unique symbol = Symbol('invalid')

/** A one-megabyte body can hold some 300,000 failures; more than this many are not reported. */
const MAX_ISSUES = 1000

const NONE: ValidationIssue[] = []

/**
 * Collects every failure of one validation.
 *
 * A child reports with an empty location and its parents put their keys in front, so that a valid
 * input pays nothing for locations.
 */
export class Issues {
  items: ValidationIssue[] = NONE

  add(
    type: string,
    msg: string,
    input: unknown,
    ctx?: Readonly<Record<string, unknown>>,
  ): typeof INVALID {
    if (this.items === NONE) this.items = []
    if (this.items.length < MAX_ISSUES) {
      this.items.push(ctx ? { type, loc: [], msg, input, ctx } : { type, loc: [], msg, input })
    }
    return INVALID
  }

  /** Puts `key` in front of the location of each failure reported since there were `from`. */
  prefix(from: number, key: string | number): void {
    for (let at = from; at < this.items.length; at++) this.items[at]!.loc.unshift(key)
  }

  /** Forgets each failure reported since there were `from`: a later alternative fitted. */
  rewind(from: number): void {
    if (this.items.length > from) this.items.length = from
  }

  /** Takes objects and arrays out of the failures reported since: their input was too large to echo. */
  dropContainers(from: number): void {
    for (let at = from; at < this.items.length; at++) {
      const item = this.items[at]!
      if (typeof item.input === 'object') this.items[at] = { ...item, input: null }
    }
  }

  /** Puts `mask` for the input of each failure reported since there were `from`. */
  conceal(from: number, mask: string): void {
    for (let at = from; at < this.items.length; at++) {
      this.items[at] = { ...this.items[at]!, input: mask }
    }
  }

  get isEmpty(): boolean {
    return this.items.length === 0
  }
}
