/** One extension a client offers, with its parameters; `true` for one without a value. */
export interface ExtensionOffer {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string | true>
  /** A parameter that is given twice: no extension allows that. */
  readonly isAmbiguous: boolean
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const QUOTED = /"((?:[^"\\]|\\[\t\x20-\x7e])*)"/y
const BLANKS = /[ \t]*/y

/**
 * Reads `Sec-WebSocket-Extensions`.
 *
 * @returns the offers in the order of the client's preference; undefined if the header is malformed
 * @see RFC 6455, 9.1
 */
export function parseExtensionOffers(text: string): readonly ExtensionOffer[] | undefined {
  const reader = new HeaderReader(text)
  const offers: ExtensionOffer[] = []
  do {
    const offer = readOffer(reader)
    if (offer === undefined) return undefined
    offers.push(offer)
  } while (reader.skip(','))
  return reader.isAtEnd ? offers : undefined
}

function readOffer(reader: HeaderReader): ExtensionOffer | undefined {
  const name = reader.take(TOKEN)
  if (name === undefined) return undefined
  const parameters = new Map<string, string | true>()
  let isAmbiguous = false
  while (reader.skip(';')) {
    const parameter = reader.take(TOKEN)
    if (parameter === undefined) return undefined
    const value = reader.skip('=') ? readValue(reader) : true
    if (value === undefined) return undefined
    if (parameters.has(parameter)) isAmbiguous = true
    parameters.set(parameter, value)
  }
  return { name, parameters, isAmbiguous }
}

/** A token, or a quoted string that holds one. */
function readValue(reader: HeaderReader): string | undefined {
  const quoted = reader.take(QUOTED)
  if (quoted === undefined) return reader.take(TOKEN)
  const value = quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  return new HeaderReader(value).take(TOKEN) === value ? value : undefined
}

/** Reads tokens and what stands between them, blanks aside. */
class HeaderReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#match(BLANKS)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  take(pattern: RegExp): string | undefined {
    const found = this.#match(pattern)
    if (found !== undefined) this.#match(BLANKS)
    return found
  }

  skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    this.#match(BLANKS)
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}
