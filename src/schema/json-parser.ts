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

const BLANK = /[ \t\n\r]*/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * Finds the first offence. Runs only after `JSON.parse` has refused the text, so it need not be
 * fast, but it keeps its own stack: depth of nesting is the sender's choice.
 */
function locateJsonError(text: string): JsonParseError {
  const scanner = new Scanner(text)
  const closers: ('}' | ']')[] = []
  try {
    for (;;) {
      const closer = scanner.openValue()
      if (closer !== undefined) {
        closers.push(closer)
        if (!scanner.isAt(closer)) {
          if (closer === '}') scanner.key()
          continue
        }
      }
      while (scanner.isAt(closers.at(-1))) {
        scanner.at++
        closers.pop()
      }
      if (closers.length === 0) return new JsonParseError('Extra data', scanner.at)
      scanner.comma()
      if (closers.at(-1) === '}') scanner.key()
    }
  } catch (error) {
    if (error instanceof JsonParseError) return error
    throw error
  }
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

  key(): void {
    if (!this.isAt('"')) {
      throw new JsonParseError('Expecting property name enclosed in double quotes', this.at)
    }
    this.#string()
    if (!this.isAt(':')) throw new JsonParseError("Expecting ':' delimiter", this.at)
    this.at++
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
