import { unescape as unescapeLossy } from 'node:querystring'

/** Names and values in turn, decoded, in the order they came. */
export type QueryPairs = readonly string[]

const NO_PAIRS: QueryPairs = []

/**
 * Splits a query string as browsers write it: `+` is a blank, malformed percent signs stand for
 * themselves, bytes that are no UTF-8 become U+FFFD.
 *
 * @see WHATWG URL, "application/x-www-form-urlencoded parsing"
 */
export function parseQuery(text: string): QueryPairs {
  if (text === '') return NO_PAIRS
  const pairs: string[] = []
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('&', start)
    const end = found === -1 ? text.length : found
    if (end > start) {
      const equals = text.indexOf('=', start)
      const nameEnd = equals === -1 || equals > end ? end : equals
      pairs.push(decode(text.slice(start, nameEnd)), decode(text.slice(nameEnd + 1, end)))
    }
    start = end + 1
  }
  return pairs
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const blanks = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(blanks)
  } catch {
    return unescapeLossy(blanks)
  }
}

/** The last value of that name: what counts where one is expected, as in Starlette. */
export function lastOf(pairs: QueryPairs, name: string): string | undefined {
  for (let at = pairs.length - 2; at >= 0; at -= 2) if (pairs[at] === name) return pairs[at + 1]
  return undefined
}

export function allOf(pairs: QueryPairs, name: string): string[] | undefined {
  let values: string[] | undefined
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] !== name) continue
    values ??= []
    values.push(pairs[at + 1]!)
  }
  return values
}
