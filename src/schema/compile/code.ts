/**
 * The source of one generated function while it is written.
 *
 * Nothing of a schema reaches the source but through {@link Code.literal} and {@link Code.constant}:
 * names are made here, keys and texts are JSON, all else is an argument of the function's maker.
 */
export class Code {
  readonly constants: unknown[] = []
  readonly #constantNames: Map<unknown, string> = new Map()
  #source = ''
  #names = 0
  #hasIssues = false
  #failure: string

  /** @param failure - statement that leaves the function when the value does not fit */
  constructor(failure: string) {
    this.#failure = failure
  }

  /** False once the function is so long that the engine would optimize it late or never. */
  get hasRoom(): boolean {
    return this.#source.length < MAX_SOURCE
  }

  /** The name of the failures that a called check may add to. */
  get issues(): string {
    this.#hasIssues = true
    return 'issues'
  }

  get hasIssues(): boolean {
    return this.#hasIssues
  }

  /** A name that occurs nowhere else in the function. */
  name(): string {
    return `v${this.#names++}`
  }

  /** The name of a value that the function is made with. */
  constant(value: unknown): string {
    const known = this.#constantNames.get(value)
    if (known !== undefined) return known
    const name = `c${this.constants.push(value) - 1}`
    this.#constantNames.set(value, name)
    return name
  }

  /** A string as it stands in source. */
  static literal(text: string): string {
    // Valid JSON is valid source, U+2028 included (ECMA-262, "String Literals").
    return JSON.stringify(text)
  }

  line(statement: string): void {
    this.#source += `${statement}\n`
  }

  failIf(condition: string): void {
    this.line(`if (${condition}) ${this.#failure}`)
  }

  /** What `build` writes leaves through `failure` instead, which must be a statement. */
  failingWith(failure: string, build: () => void): void {
    const outer = this.#failure
    this.#failure = failure
    build()
    this.#failure = outer
  }

  fail(): void {
    this.line(this.#failure)
  }

  toString(): string {
    return this.#source
  }
}

/** In characters; a model of some 150 fields. */
const MAX_SOURCE = 20_000
