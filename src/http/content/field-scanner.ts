import { BACKSLASH, COMMA, IS_TOKEN, QUOTE, SPACE, TAB } from '../h1/request/bytes.ts'

/**
 * Reads a field value from left to right; no character is looked at more than a fixed number of
 * times.
 *
 * @see RFC 9110, 5.6
 */
export class FieldScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** Skips optional white space. */
  skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++
  }

  /** Takes one character if it is the next. */
  take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** The token here, empty if there is none. */
  token(): string {
    const start = this.#at
    while (IS_TOKEN[this.#text.charCodeAt(this.#at)] === 1) this.#at++
    return this.#text.slice(start, this.#at)
  }

  /** The content of the quoted string here without its escapes; undefined if there is none. */
  quotedString(): string | undefined {
    if (this.#text.charCodeAt(this.#at) !== QUOTE) return undefined
    let content = ''
    let start = this.#at + 1
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return content + this.#text.slice(start, at)
      }
      if (code === BACKSLASH) {
        content += this.#text.slice(start, at)
        start = ++at
      }
    }
    return undefined
  }

  /** The entity tag here with its quotes, `W/` included; undefined if there is none. */
  entityTag(): string | undefined {
    const start = this.#at
    let at = this.#text.startsWith('W/', start) ? start + 2 : start
    if (this.#text.charCodeAt(at++) !== QUOTE) return undefined
    while (isEntityTagCharacter(this.#text.charCodeAt(at))) at++
    if (this.#text.charCodeAt(at) !== QUOTE) return undefined
    this.#at = at + 1
    return this.#text.slice(start, this.#at)
  }

  /** True at the end of a list element: a comma follows, or nothing. */
  get isAtElementEnd(): boolean {
    return this.isAtEnd || this.#text.charCodeAt(this.#at) === COMMA
  }

  /** Goes behind the next comma outside of quotes, or to the end: a malformed element is skipped. */
  skipElement(): void {
    while (!this.isAtElementEnd) {
      const isQuote = this.#text.charCodeAt(this.#at) === QUOTE
      // A quote without an end takes all that follows: to look for it again would be quadratic.
      if (isQuote && this.quotedString() === undefined) this.#at = this.#text.length
      else if (!isQuote) this.#at++
    }
    this.#at++
  }
}

/** Without the white space around it; `String.trim` would take bytes that are none in a field, too. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** `etagc`: RFC 9110, 8.8.3. */
function isEntityTagCharacter(code: number): boolean {
  return code === 0x21 || (code >= 0x23 && code <= 0x7e) || (code >= 0x80 && code <= 0xff)
}
