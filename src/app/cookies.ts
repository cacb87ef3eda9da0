/**
 * The value of one cookie.
 *
 * The first of a name counts: browsers put the one with the most specific path first. Double
 * quotes around the value are taken off; nothing is decoded.
 *
 * @param header - the value of `cookie`, several joined by `; `
 * @see RFC 6265, section 4.2.1 and 5.4
 */
export function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  for (let start = 0; start < header.length; ) {
    const found = header.indexOf(';', start)
    const end = found === -1 ? header.length : found
    const equals = header.indexOf('=', start)
    if (equals !== -1 && equals < end && header.slice(start, equals).trim() === name) {
      const value = header.slice(equals + 1, end).trim()
      return value.length > 1 && value.startsWith('"') && value.endsWith('"')
        ? value.slice(1, -1)
        : value
    }
    start = end + 1
  }
  return undefined
}
