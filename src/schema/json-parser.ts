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
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y

/**
 * Finds the first offence. Runs only after `JSON.parse` has refused the text, so it need not be
 * fast, but it is iterative: depth of nesting is the sender's choice.
 */
function locateJsonError(text: string): JsonParseError {
  const closers: ('}' | ']')[] = []
  let at = 0
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    at += found?.[0].length ?? 0
    return found !== null
  }
  const value = (): JsonParseError | 'open' | undefined => {
    skip(BLANK)
    const first = text[at]
    if (first === '{' || first === '[') {
      closers.push(first === '{' ? '}' : ']')
      at++
      return 'open'
    }
    if (first === '"') return string()
    return skip(SCALAR) ? undefined : new JsonParseError('Expecting value', at)
  }
  const string = (): JsonParseError | undefined => {
    const start = at
    skip(STRING)
    if (text[at] === '"') {
      at++
      return undefined
    }
    if (at >= text.length) return new JsonParseError('Unterminated string starting at', start)
    if (text[at] !== '\\') return new JsonParseError('Invalid control character at', at)
    if (text[at + 1] === undefined) {
      return new JsonParseError('Unterminated string starting at', start)
    }
    return text[at + 1] === 'u'
      ? new JsonParseError('Invalid \\uXXXX escape', at + 2)
      : new JsonParseError('Invalid \\escape', at)
  }
  const key = (): JsonParseError | undefined => {
    skip(BLANK)
    if (text[at] !== '"') {
      return new JsonParseError('Expecting property name enclosed in double quotes', at)
    }
    const failure = string()
    if (failure !== undefined) return failure
    skip(BLANK)
    if (text[at] !== ':') return new JsonParseError("Expecting ':' delimiter", at)
    at++
    return undefined
  }

  for (;;) {
    // Here a value begins.
    let outcome = value()
    if (outcome instanceof JsonParseError) return outcome
    if (outcome === 'open') {
      skip(BLANK)
      if (text[at] !== closers.at(-1)) {
        const failure = closers.at(-1) === '}' ? key() : undefined
        if (failure !== undefined) return failure
        continue
      }
      outcome = undefined
    }
    // Here a value has ended, or an empty container is about to.
    for (;;) {
      skip(BLANK)
      const closer = closers.at(-1)
      if (closer === undefined) return new JsonParseError('Extra data', at)
      if (text[at] === closer) {
        closers.pop()
        at++
        continue
      }
      if (text[at] !== ',') return new JsonParseError("Expecting ',' delimiter", at)
      at++
      const failure = closer === '}' ? key() : undefined
      if (failure !== undefined) return failure
      break
    }
  }
}
