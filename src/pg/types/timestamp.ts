import { PgDecodeError } from '../errors.ts'
import { assertLength } from './decoder.ts'

/** Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
export const EPOCH_MS = 946_684_800_000
const EPOCH_DAYS = EPOCH_MS / 86_400_000
const MICROS_PER_DAY = 86_400_000_000n
const INT32_MAX = 0x7fff_ffff
const INT32_MIN = -0x8000_0000
const INT64_MAX = 0x7fff_ffff_ffff_ffffn
const INT64_MIN = -0x8000_0000_0000_0000n
const MAX_DATE_MS = 8_640_000_000_000_000

/**
 * Decodes timestamptz to a `Date`; microseconds are cut to milliseconds (towards the past).
 *
 * @throws {PgDecodeError} on `infinity` and beyond the range of `Date`: select it as text instead
 */
export function decodeTimestamptz(
  _bytes: Buffer,
  view: DataView,
  at: number,
  length: number,
): Date {
  assertLength(length, 8)
  const high = view.getInt32(at)
  // Within 2^53 microseconds (285 years around 2000) a double is exact.
  if (high >= -0x20_0000 && high < 0x20_0000) {
    return new Date(Math.floor((high * 0x1_0000_0000 + view.getUint32(at + 4)) / 1000) + EPOCH_MS)
  }
  const micros = view.getBigInt64(at)
  const ms = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n) + EPOCH_MS
  if (micros === INT64_MAX || micros === INT64_MIN || Math.abs(ms) > MAX_DATE_MS) {
    const what =
      micros === INT64_MAX ? 'infinity' : micros === INT64_MIN ? '-infinity' : 'this timestamptz'
    throw new PgDecodeError(`${what} does not fit a Date; select it as text, as in "at::text"`)
  }
  return new Date(ms)
}

/** Decodes timestamp, which has no time zone, to the text PostgreSQL prints: `2024-03-31 02:30:00.5`. */
export function decodeTimestamp(
  _bytes: Buffer,
  view: DataView,
  at: number,
  length: number,
): string {
  assertLength(length, 8)
  const micros = view.getBigInt64(at)
  if (micros === INT64_MAX) return 'infinity'
  if (micros === INT64_MIN) return '-infinity'
  let ofDay = micros % MICROS_PER_DAY
  if (ofDay < 0n) ofDay += MICROS_PER_DAY
  const { text, suffix } = civilDate(Number((micros - ofDay) / MICROS_PER_DAY))
  return `${text} ${timeOfDay(Number(ofDay))}${suffix}`
}

/** Decodes date to the text PostgreSQL prints: `2024-02-29`, `0044-03-15 BC`. */
export function decodeDate(_bytes: Buffer, view: DataView, at: number, length: number): string {
  assertLength(length, 4)
  const days = view.getInt32(at)
  if (days === INT32_MAX) return 'infinity'
  if (days === INT32_MIN) return '-infinity'
  const { text, suffix } = civilDate(days)
  return text + suffix
}

function timeOfDay(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = micros % 1_000_000
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
}

/**
 * The proleptic Gregorian date of a day count from 2000-01-01. `Date` ends in the year 275760, dates
 * here go to 5874897: hence the 400-year cycle by hand.
 */
function civilDate(days: number): { text: string; suffix: string } {
  const DAYS_PER_CYCLE = 146_097
  const sinceEpoch = days + EPOCH_DAYS
  const cycle = Math.floor(sinceEpoch / DAYS_PER_CYCLE)
  const date = new Date((sinceEpoch - cycle * DAYS_PER_CYCLE) * 86_400_000)
  const year = date.getUTCFullYear() + cycle * 400
  const shown = year > 0 ? year : 1 - year
  const text = `${String(shown).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`
  return { text, suffix: year > 0 ? '' : ' BC' }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
