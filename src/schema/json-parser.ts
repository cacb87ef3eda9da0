import { registerErrorClasses } from '../core/error-classes.ts'
import { FlowError } from '../core/errors.ts'

/** Text is no JSON document; `reason` and `position` (in UTF-16 units) say where and why. */
export class JsonParseError extends FlowError {
  readonly code = 'SCHEMA_JSON'
  readonly position: number
  /** In the words of Python's `json`, which FastAPI's clients know. */
  readonly reason: string

  constructor(reason: string, position: number) {
    super(`${reason} at ${position}`)
    this.reason = reason
    this.position = position
  }
}

/**
 * `JSON.parse`, with a failure that says where the text breaks.
 *
 * @throws {JsonParseError} `SCHEMA_JSON`
 * @see RFC 8259
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw locateJsonError(text)
  }
}

export interface StrictJsonOptions {
  /** Refuses an object that has a key twice, which readers understand differently. */
  readonly uniqueKeys?: boolean
  /** How many objects and arrays may stand in each other. */
  readonly maxDepth?: number
  /** Refuses keys that could become a prototype when the value is copied: `__proto__`. */
  readonly plainKeys?: boolean
}

/**
 * What is wrong with JSON text that `JSON.parse` takes, found by one walk over it.
 *
 * @throws {JsonParseError} `SCHEMA_JSON`
 * @see RFC 8259, section 4: names within an object should be unique
 */
export function assertStrictJson(text: string, options: StrictJsonOptions): void {
  const failure = walk(text, options)
  // `JSON.parse` has taken the text, so it ends where its value ends.
  if (failure.position < text.length) throw failure
}

const BLANK = /[ \t\n\r]*/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * Finds the first offence. Runs only after `JSON.parse` has refused the text, so it need not be
 * fast, but it keeps its own stack: depth of nesting is the sender's choice.
 */
function locateJsonError(text: string): JsonParseError {
  return walk(text, {})
}

/** An object or array that is open, with the keys seen so far where they must differ. */
interface Open {
  readonly closer: '}' | ']'
  readonly keys: Set<string>
}

function walk(text: string, options: StrictJsonOptions): JsonParseError {
  const { maxDepth = Number.POSITIVE_INFINITY } = options
  const scanner = new Scanner(text)
  const stack: Open[] = []
  try {
    for (;;) {
      const start = scanner.at
      const closer = scanner.openValue()
      if (closer !== undefined) {
        if (stack.length >= maxDepth) {
          return new JsonParseError(`Nested more than ${maxDepth} levels deep`, start)
        }
        stack.push({ closer, keys: new Set() })
        if (!scanner.isAt(closer)) {
          if (closer === '}') readKey(scanner, stack.at(-1)!, options)
          continue
        }
      }
      while (scanner.isAt(stack.at(-1)?.closer)) {
        scanner.at++
        stack.pop()
      }
      if (stack.length === 0) return new JsonParseError('Extra data', scanner.at)
      scanner.comma()
      if (stack.at(-1)!.closer === '}') readKey(scanner, stack.at(-1)!, options)
    }
  } catch (error) {
    if (error instanceof JsonParseError) return error
    throw error
  }
}

function readKey(scanner: Scanner, { keys }: Open, options: StrictJsonOptions): void {
  const written = scanner.key()
  if (options.uniqueKeys !== true && options.plainKeys !== true) return
  const { text, position } = written
  const key = JSON.parse(text) as string
  if (options.plainKeys === true && key === '__proto__') {
    throw new JsonParseError("Key '__proto__' is not allowed", position)
  }
  if (options.uniqueKeys !== true) return
  if (keys.has(key)) throw new JsonParseError('Duplicate key in object', position)
  keys.add(key)
}

/** Walks over the text; each method throws the offence that it meets. */
class Scanner {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Skips blanks, then looks. */
  isAt(character: string | undefined): boolean {
    this.#skip(BLANK)
    return this.#text[this.at] === character && character !== undefined
  }

  /** Passes a scalar, or the bracket that opens a container: then gives the one that closes it. */
  openValue(): '}' | ']' | undefined {
    if (this.isAt('"')) return this.#string()
    const first = this.#text[this.at]
    if (first === '{' || first === '[') {
      this.at++
      return first === '{' ? '}' : ']'
    }
    if (!this.#skip(SCALAR)) throw new JsonParseError('Expecting value', this.at)
    return undefined
  }

  /** The key with its quotes, and where it begins. */
  key(): { readonly text: string; readonly position: number } {
    if (!this.isAt('"')) {
      throw new JsonParseError('Expecting property name enclosed in double quotes', this.at)
    }
    const position = this.at
    this.#string()
    const text = this.#text.slice(position, this.at)
    if (!this.isAt(':')) throw new JsonParseError("Expecting ':' delimiter", this.at)
    this.at++
    return { text, position }
  }

  comma(): void {
    if (!this.isAt(',')) throw new JsonParseError("Expecting ',' delimiter", this.at)
    this.at++
  }

  #string(): undefined {
    const start = this.at
    for (this.at++; this.#text[this.at] !== '"'; ) {
      const unit = this.#text.charCodeAt(this.at)
      const isEscape = unit === 0x5c
      if (Number.isNaN(unit) || (isEscape && this.at + 1 === this.#text.length)) {
        throw new JsonParseError('Unterminated string starting at', start)
      }
      if (unit < 0x20) throw new JsonParseError('Invalid control character at', this.at)
      if (!isEscape) this.at++
      else if (!this.#skip(ESCAPE)) throw this.#badEscape()
    }
    this.at++
  }

  #badEscape(): JsonParseError {
    return this.#text[this.at + 1] === 'u'
      ? new JsonParseError('Invalid \\uXXXX escape', this.at + 2)
      : new JsonParseError('Invalid \\escape', this.at)
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)
    this.at += found?.[0].length ?? 0
    return found !== null
  }
}

registerErrorClasses(JsonParseError)
