import { OptionError } from '../core/errors.ts'
import { withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import { dateProblem, parseDateTime, parseTime, type TimeParts, timeText } from './iso.ts'
import { INVALID, type Issues } from './issue.ts'
import { normalizedDefinition } from './kinds/normalized.ts'
import { reportRange } from './range.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from './schema.ts'

export interface DateOptions extends SchemaInfo<string> {
  /** First date that fits: `2024-01-01`. */
  readonly min?: string
  /** Last date that fits. */
  readonly max?: string
}

/**
 * A calendar date, `2024-02-29`, kept as text: a `Date` would need a time zone to be one. A moment
 * at midnight is read as its date.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function date(options: DateOptions & HasDefault): Schema<string, string | undefined>
export function date(options?: DateOptions): Schema<string>
export function date(options: DateOptions = {}): Schema<string> {
  checkSchemaOptions('date', options, ['min', 'max'])
  const { min, max } = options
  for (const [name, bound] of Object.entries({ min, max })) {
    if (bound === undefined || (bound.length === 10 && dateProblem(bound) === undefined)) continue
    throw new OptionError(`date().${name}`, bound, 'a date such as 2024-01-31')
  }
  const read = (text: string, issues: Issues): unknown => {
    const found = readDate(text, issues)
    if (found === INVALID || (min === undefined && max === undefined)) return found
    // Dates of four-digit years are in the order of their letters.
    return reportRange(found, text, min, max, issues)
  }
  const failure = { type: 'date_type', message: 'Input should be a valid date' }
  const facts = { type: 'string', format: 'date' }
  return defineSchema(normalizedDefinition('date', read, facts, failure), options)
}

function readDate(text: string, issues: Issues): string | typeof INVALID {
  if (text.length === 10 && dateProblem(text) === undefined) return text
  const found = parseDateTime(text)
  if (typeof found === 'string') {
    const message = `Input should be a valid date or datetime, ${found}`
    return issues.add('date_from_datetime_parsing', message, text, { error: found })
  }
  const { hour, minute, second, fraction } = found.time
  if (!/[1-9]/.test(hour + minute + second + fraction)) return found.date
  const message = 'Datetimes provided to dates should have zero time - e.g. be exact dates'
  return issues.add('date_from_datetime_inexact', message, text)
}

export interface DatetimeOptions extends SchemaInfo<Date> {
  /** First moment that fits. */
  readonly min?: Date
  /** Last moment that fits. */
  readonly max?: Date
  /** What a moment without `Z` or offset is: refused (the default), or in UTC. */
  readonly naive?: 'refuse' | 'utc'
}

/**
 * A moment. On the wire ISO 8601 with `Z` or an offset (a time without one would mean something
 * else on each machine, and is refused unless `naive` says otherwise); in the program a `Date`, to
 * the millisecond.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function datetime(
  options: DatetimeOptions & HasDefault,
): Schema<Date, Date | string | undefined>
export function datetime(options?: DatetimeOptions): Schema<Date, Date | string>
export function datetime(options: DatetimeOptions = {}): Schema<Date> {
  checkSchemaOptions('datetime', options, ['min', 'max', 'naive'])
  const { min, max, naive = 'refuse' } = options
  for (const [name, bound] of Object.entries({ min, max })) {
    if (bound !== undefined && !isMoment(bound)) {
      throw new OptionError(`datetime().${name}`, bound, 'a valid Date')
    }
  }
  if (naive !== 'refuse' && naive !== 'utc') {
    throw new OptionError('datetime().naive', naive, "'refuse' or 'utc'")
  }
  const within = (value: unknown, input: unknown, issues: Issues): unknown =>
    value === INVALID || (min === undefined && max === undefined)
      ? value
      : reportRange(value as Date, input, min, max, issues, momentText)
  const checkText = (text: string, issues: Issues): unknown =>
    within(readMoment(text, naive === 'utc', issues), text, issues)
  return defineSchema(
    {
      kind: 'datetime',
      check: (input, issues) => {
        if (typeof input === 'string') return checkText(input, issues)
        if (isMoment(input)) return within(input, input, issues)
        return issues.add('datetime_type', 'Input should be a valid datetime', input)
      },
      checkText,
      write: withCode(
        (value: unknown) => {
          if (isMoment(value)) return `"${momentText(value)}"`
          throw new SerializationError('is not a valid Date')
        },
        (code, value) => {
          code.failIf(`!${code.constant(isMoment)}(${value})`)
          return `${code.constant(momentText)}(${value})`
        },
      ),
      toJsonSchema: () => ({ type: 'string', format: 'date-time' }),
    },
    options,
  )
}

function isMoment(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

/** Whole seconds without a fraction, as Pydantic writes them. */
function momentText(moment: Date): string {
  return moment.toISOString().replace(/\.000Z$/, 'Z')
}

function readMoment(text: string, isUtc: boolean, issues: Issues): Date | typeof INVALID {
  const found = splitMoment(text, issues)
  if (found === INVALID) return INVALID
  const { date: day, time } = found
  const zone = time.zone === '' && isUtc ? 'Z' : time.zone
  if (zone === '') return issues.add('timezone_aware', 'Input should have timezone info', text)
  const fraction = time.fraction.slice(0, 3).padEnd(3, '0')
  return new Date(`${day}T${timeText({ ...time, fraction, zone })}`)
}

/** A date alone is the moment of its beginning. */
function splitMoment(
  text: string,
  issues: Issues,
): { readonly date: string; readonly time: TimeParts } | typeof INVALID {
  const found = parseDateTime(text)
  if (typeof found !== 'string') return found
  let problem = dateProblem(text)
  if (problem === undefined && text.length === 10) {
    const time = { hour: '00', minute: '00', second: '00', fraction: '', zone: '' }
    return { date: text, time }
  }
  problem ??= 'unexpected extra characters at the end of the input'
  const message = `Input should be a valid datetime or date, ${problem}`
  return issues.add('datetime_from_date_parsing', message, text, { error: problem })
}

/**
 * Date and time of day without a zone, `2024-02-29T10:00:00`, kept as text: what a calendar or a
 * clock on the wall shows. One with a zone is refused.
 *
 * @throws {OptionError} on unknown options
 */
export function localDatetime(
  options: SchemaInfo<string> & HasDefault,
): Schema<string, string | undefined>
export function localDatetime(options?: SchemaInfo<string>): Schema<string>
export function localDatetime(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('localDatetime', options, [])
  const failure = { type: 'datetime_type', message: 'Input should be a valid datetime' }
  const facts = { type: 'string', format: 'date-time' }
  return defineSchema(normalizedDefinition('datetime', readLocal, facts, failure), options)
}

function readLocal(text: string, issues: Issues): unknown {
  const found = splitMoment(text, issues)
  if (found === INVALID) return INVALID
  if (found.time.zone === '') return `${found.date}T${timeText(found.time)}`
  return issues.add('timezone_naive', 'Input should not have timezone info', text)
}

/**
 * A time of day, `14:30:00`, with or without an offset, kept as text. Seconds may be left out when
 * it is read; they are there when it is written.
 *
 * @throws {OptionError} on unknown options
 */
export function time(options: SchemaInfo<string> & HasDefault): Schema<string, string | undefined>
export function time(options?: SchemaInfo<string>): Schema<string>
export function time(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('time', options, [])
  const failure = { type: 'time_type', message: 'Input should be a valid time' }
  const facts = { type: 'string', format: 'time' }
  return defineSchema(normalizedDefinition('time', readTime, facts, failure), options)
}

function readTime(text: string, issues: Issues): unknown {
  const found = parseTime(text)
  if (typeof found !== 'string') return timeText(found)
  const message = `Input should be in a valid time format, ${found}`
  return issues.add('time_parsing', message, text, { error: found })
}
