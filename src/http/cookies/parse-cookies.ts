/**
 * All cookies of a request.
 *
 * The first of a name counts: browsers put the one with the most specific path first. Double quotes
 * around a value are taken off and nothing is decoded; a `;` always ends a value, also within
 * quotes, so that no cookie can swallow the next. What has no `=` or no name is left out.
 *
 * @param header - the value of `cookie`, several joined by `; `
 * @see RFC 6265bis, sections 4.2 and 5.8.3
 */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined) return cookies
  for (let start = 0; start < header.length; ) {
    const end = pairEnd(header, start)
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end) {
      const name = header.slice(start, equals).trim()
      if (name !== '' && !cookies.has(name)) cookies.set(name, valueOf(header, equals, end))
    }
    start = end + 1
  }
  return cookies
}

/**
 * The value of one cookie, as {@link parseCookies} finds it, without looking at more than is needed.
 *
 * @param header - the value of `cookie`, several joined by `; `
 * @param name - names are case-sensitive
 */
export function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || name === '') return undefined
  for (let start = 0; start < header.length; ) {
    const end = pairEnd(header, start)
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end && header.slice(start, equals).trim() === name) {
      return valueOf(header, equals, end)
    }
    start = end + 1
  }
  return undefined
}

function pairEnd(header: string, start: number): number {
  const found = header.indexOf(';', start)
  return found === -1 ? header.length : found
}

function valueOf(header: string, equals: number, end: number): string {
  const value = header.slice(equals + 1, end).trim()
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value
}
