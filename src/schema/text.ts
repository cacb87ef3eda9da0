/** Longer strings are escaped natively: faster than a look whether they need it. */
const SHORT = 100

/** Not among these: control characters, quote, backslash, surrogates (a lone one is escaped). */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

/** JSON text of a string; short ones without escapes skip the native call. */
export function quote(text: string): string {
  return text.length > SHORT || ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** How many code points: what JSON Schema and Pydantic mean by the length of a string. */
export function countCodePoints(text: string): number {
  let pairs = 0
  for (let at = 0; at + 1 < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xd800 || unit > 0xdbff) continue
    const next = text.charCodeAt(at + 1)
    if (next >= 0xdc00 && next <= 0xdfff) {
      pairs++
      at++
    }
  }
  return text.length - pairs
}

/** `'a', 'b' or 'c'`: how Pydantic lists what it expected. */
export function listExpected(values: readonly (string | number | boolean | null)[]): string {
  const words = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
  const last = words.pop() ?? ''
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

/** The plural ending Pydantic uses in its messages. */
export function plural(count: number): string {
  return count === 1 ? '' : 's'
}
