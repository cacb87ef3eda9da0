/** Header names and values in the order they are sent. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/**
 * Finds a field in the text of a head, without making an object of all fields.
 *
 * @param text - validated field lines, each ending in CRLF
 * @param name - in lower case
 * @returns the value without blanks around it; several of one name are joined, cookies by `; `
 */
export function findHeader(text: string, name: string): string | undefined {
  let found: string | undefined
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const nameEnd = at + name.length
    if (text.charCodeAt(nameEnd) === 58 && isNameAt(text, at, name)) {
      const value = text.slice(nameEnd + 1, lineEnd).trim()
      found = found === undefined ? value : found + (name === 'cookie' ? '; ' : ', ') + value
    }
    at = lineEnd + 2
  }
  return found
}

/** All fields with their names in lower case, one entry per line. */
export function* eachHeader(text: string): Generator<[string, string], void, undefined> {
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const colon = text.indexOf(':', at)
    yield [text.slice(at, colon).toLowerCase(), text.slice(colon + 1, lineEnd).trim()]
    at = lineEnd + 2
  }
}

function isNameAt(text: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = text.charCodeAt(at + index)
    const lower = code >= 65 && code <= 90 ? code | 32 : code
    if (lower !== name.charCodeAt(index)) return false
  }
  return true
}
