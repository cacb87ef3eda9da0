import { trimBlanks } from './field-scanner.ts'

/** Bytes from `start` to `end`, both included and within the representation. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * What a `Range` field asks for: the parts in the order they are to be sent, `unsatisfiable` (416),
 * or nothing that could be honoured, so that the whole representation is sent.
 */
export type RangeOutcome = readonly ByteRange[] | 'unsatisfiable' | 'whole'

/** An honest client asks for a few; hundreds of tiny ones are an attack. */
const DEFAULT_MAX_RANGES = 32
const RANGE_SPEC = /^(?:(\d+)-(\d*)|-(\d+))$/

/**
 * Reads a `Range` field.
 *
 * Ranges that overlap or touch become one, so no byte is ever sent twice. A malformed field, another
 * unit than bytes, and more than `maxRanges` ranges are ignored, as RFC 9110 allows; and so are
 * ranges of an empty representation, which no 206 could describe.
 *
 * @param length - of the representation, in bytes
 * @param maxRanges - default 32
 * @see RFC 9110, 14.1.2 and 14.2
 */
export function parseRange(
  field: string,
  length: number,
  maxRanges: number = DEFAULT_MAX_RANGES,
): RangeOutcome {
  if (length === 0 || field.slice(0, 6).toLowerCase() !== 'bytes=') return 'whole'
  const found: ByteRange[] = []
  let specs = 0
  for (let at = 6; at <= field.length; ) {
    const comma = field.indexOf(',', at)
    const end = comma === -1 ? field.length : comma
    const text = trimBlanks(field.slice(at, end))
    at = end + 1
    if (text === '') continue
    if (++specs > maxRanges) return 'whole'
    const range = parseSpec(text, length)
    if (range === 'malformed') return 'whole'
    if (range !== 'unsatisfiable') found.push(range)
  }
  if (specs === 0) return 'whole'
  return found.length === 0 ? 'unsatisfiable' : coalesce(found)
}

/** `Content-Range` of a part, or of no part: `bytes 0-9/100`, with an asterisk in place of `0-9`. */
export function contentRange(range: ByteRange | undefined, length: number): string {
  return `bytes ${range === undefined ? '*' : `${range.start}-${range.end}`}/${length}`
}

function parseSpec(text: string, length: number): ByteRange | 'malformed' | 'unsatisfiable' {
  const [matched, first, last, suffix] = RANGE_SPEC.exec(text) ?? []
  if (matched === undefined) return 'malformed'
  if (suffix !== undefined) {
    const count = Math.min(Number(suffix), length)
    return count === 0 ? 'unsatisfiable' : { start: length - count, end: length - 1 }
  }
  const start = Number(first)
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  if (end < start) return 'malformed'
  return start >= length ? 'unsatisfiable' : { start, end: Math.min(end, length - 1) }
}

/** Merges what overlaps or touches; each keeps the place of the first of its kind. */
function coalesce(ranges: readonly ByteRange[]): readonly ByteRange[] {
  if (ranges.length === 1) return ranges
  const places = ranges.map((range, place) => ({ ...range, place }))
  const merged: typeof places = []
  for (const next of places.toSorted((one, other) => one.start - other.start)) {
    const previous = merged.at(-1)
    if (previous === undefined || next.start > previous.end + 1) merged.push(next)
    else {
      previous.end = Math.max(previous.end, next.end)
      previous.place = Math.min(previous.place, next.place)
    }
  }
  return merged
    .toSorted((one, other) => one.place - other.place)
    .map(({ start, end }) => ({ start, end }))
}
