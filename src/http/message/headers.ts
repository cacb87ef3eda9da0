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
      const value = valueIn(text, nameEnd + 1, lineEnd)
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
    yield [text.slice(at, colon).toLowerCase(), valueIn(text, colon + 1, lineEnd)]
    at = lineEnd + 2
  }
}

/** Only space and tab are blanks, where `trim` also takes a no-break space: RFC 9110, 5.6.3. */
function valueIn(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function isNameAt(text: string, at: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = text.charCodeAt(at + index)
    const lower = code >= 65 && code <= 90 ? code | 32 : code
    if (lower !== name.charCodeAt(index)) return false
  }
  return true
}
