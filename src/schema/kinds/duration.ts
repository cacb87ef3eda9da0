import { numberOption } from '../../core/options.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { reportRange } from '../range.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from '../schema.ts'

export interface DurationOptions extends SchemaInfo<number> {
  /** In milliseconds. */
  readonly min?: number
  /** In milliseconds. */
  readonly max?: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** What Python's `timedelta` holds, rounded to what is exact here. */
const LONGEST = 99_999_999 * DAY

/**
 * A span of time: ISO 8601 in JSON (`PT1H30M`, `P2DT12H`, also `01:30:00`, and a number of seconds
 * as Pydantic reads it), milliseconds in the program, as timers and `Date` count.
 *
 * A year is 365 days and a month 30, as in Pydantic: where that matters, keep the text.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see ISO 8601-1:2019, 5.5.2
 */
export function duration(options: DurationOptions & HasDefault): Schema<number, number | undefined>
export function duration(options?: DurationOptions): Schema<number>
export function duration(options: DurationOptions = {}): Schema<number> {
  checkSchemaOptions('duration', options, ['min', 'max'])
  const min = numberOption('duration().min', options.min, -LONGEST, -LONGEST, LONGEST)
  const max = numberOption('duration().max', options.max, LONGEST, min, LONGEST)
  const within = (value: number | string, input: unknown, issues: Issues): unknown =>
    typeof value === 'string'
      ? refuse(value, input, issues)
      : reportRange(value, input, min, max, issues, formatDuration)
  return defineSchema(
    {
      kind: 'timedelta',
      check: (input, issues) => {
        if (typeof input === 'string') return within(parseDuration(input), input, issues)
        return Number.isFinite(input)
          ? within(bounded((input as number) * SECOND), input, issues)
          : issues.add('time_delta_type', 'Input should be a valid timedelta', input)
      },
      checkText: (text, issues) => within(parseDuration(text), text, issues),
      write: (value) => {
        if (!Number.isFinite(value)) throw new SerializationError('is not a finite number')
        assertFits((ms, issues) => within(bounded(ms as number), ms, issues), value)
        return `"${formatDuration(value as number)}"`
      },
      toJsonSchema: () => ({ type: 'string', format: 'duration' }),
    },
    options,
  )
}

function refuse(error: string, input: unknown, issues: Issues): typeof INVALID {
  const message = `Input should be a valid timedelta, ${error}`
  return issues.add('time_delta_parsing', message, input, { error })
}

function bounded(ms: number): number | string {
  // Microseconds are as fine as Python's clock, and finer than a sum of fractions is exact.
  const value = Math.round(ms * 1000) / 1000
  return Math.abs(value) <= LONGEST ? value : 'durations may not exceed 99,999,999 days'
}

const AMOUNT = String.raw`(?:(\d{1,15}(?:[.,]\d{1,9})?)`
const ISO = new RegExp(
  `^([+-]?)P${AMOUNT}Y)?${AMOUNT}M)?${AMOUNT}W)?${AMOUNT}D)?(?:T${AMOUNT}H)?${AMOUNT}M)?${AMOUNT}S)?)?$`,
  'i',
)
const ISO_UNITS = [365 * DAY, 30 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND]
const CLOCK =
  /^([+-]?)(?:(\d{1,9}) ?d(?:ays?)?,? ?)?(?:(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?)?$/i
const CLOCK_UNITS = [DAY, HOUR, MINUTE, SECOND]

/** In milliseconds, or what is wrong with the text. */
function parseDuration(text: string): number | string {
  if (text.length > 100) return 'input is too long'
  const iso = ISO.exec(text)
  const match = iso ?? CLOCK.exec(text)
  if (match === null) return explain(text)
  const amounts: readonly (string | undefined)[] = match.slice(2)
  if (amounts.every((amount) => amount === undefined)) return 'input is too short'
  if (iso === null && Number(match[4] ?? 0) > 59) {
    return 'minute value is outside expected range of 0-59'
  }
  if (iso === null && Number.parseInt(match[5] ?? '0', 10) > 59) {
    return 'second value is outside expected range of 0-59'
  }
  const units = iso === null ? CLOCK_UNITS : ISO_UNITS
  let sum = 0
  for (const [index, unit] of units.entries()) {
    sum += Number(amounts[index]?.replace(',', '.') ?? 0) * unit
  }
  return bounded(match[1] === '-' ? -sum : sum)
}

function explain(text: string): string {
  const body = text.replace(/^[+-]/, '')
  if (body === '') return 'input is too short'
  if (/^p/i.test(body)) {
    const isBeforeTime = !/t/i.test(body) && /[hs]$/i.test(body)
    return isBeforeTime
      ? 'quantity invalid in date part of duration'
      : 'invalid or misplaced quantity in duration'
  }
  return /^\d+$/.test(body)
    ? '"day" identifier in duration not correctly formatted'
    : 'invalid digit in duration'
}

/** ISO 8601 as Pydantic writes it: years of 365 days, days, hours, minutes, seconds. */
function formatDuration(ms: number): string {
  const micros = Math.round(Math.abs(ms) * 1000)
  const days = Math.floor(micros / (DAY * 1000))
  const rest = micros - days * DAY * 1000
  const hours = Math.floor(rest / (HOUR * 1000))
  const minutes = Math.floor((rest % (HOUR * 1000)) / (MINUTE * 1000))
  const seconds = (rest % (MINUTE * 1000)) / 1e6
  const date = amount(Math.floor(days / 365), 'Y') + amount(days % 365, 'D')
  const time = amount(hours, 'H') + amount(minutes, 'M') + amount(seconds, 'S')
  if (date === '' && time === '') return 'PT0S'
  return `${ms < 0 ? '-' : ''}P${date}${time === '' ? '' : `T${time}`}`
}

function amount(count: number, unit: string): string {
  return count === 0 ? '' : `${Number(count.toFixed(6))}${unit}`
}
