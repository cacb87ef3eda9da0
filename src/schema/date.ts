import { withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import { INVALID, type Issues } from './issue.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from './schema.ts'
import { textDefinition } from './str.ts'

/**
 * A calendar date, `2024-02-29`, kept as text: a `Date` would need a time zone to be one.
 *
 * @throws {OptionError} on unknown options
 */
export function date(options: SchemaInfo<string> = {}): Schema<string> {
  checkSchemaOptions('date', options, [])
  return defineSchema(
    textDefinition('date', [checkDate], { type: 'string', format: 'date' }),
    options,
  )
}

/**
 * A moment. On the wire ISO 8601 with `Z` or an offset (a time without one would mean something
 * else on each machine, and is refused); in the program a `Date`.
 *
 * @throws {OptionError} on unknown options
 */
export function datetime(options: SchemaInfo<Date> = {}): Schema<Date> {
  checkSchemaOptions('datetime', options, [])
  const check = (input: unknown, issues: Issues): unknown => {
    if (typeof input === 'string') return parseMoment(input, issues)
    if (isMoment(input)) return input
    return issues.add('datetime_type', 'Input should be a valid datetime', input)
  }
  return defineSchema(
    {
      kind: 'datetime',
      check,
      checkText: parseMoment,
      write: withCode(
        (value: unknown) => {
          if (isMoment(value)) return `"${value.toISOString()}"`
          throw new SerializationError('is not a valid Date')
        },
        (code, value) => {
          code.failIf(`!${code.constant(isMoment)}(${value})`)
          return `${value}.toISOString()`
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

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt _](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}:?\d{2})?$/

function checkDate(text: string, issues: Issues): boolean {
  const match = DATE.exec(text)
  const reason =
    match === null
      ? 'invalid format, expected YYYY-MM-DD'
      : dayProblem(Number(match[1]), Number(match[2]), Number(match[3]))
  if (reason === undefined) return true
  const message = `Input should be a valid date in the format YYYY-MM-DD, ${reason}`
  issues.add('date_parsing', message, text, { error: reason })
  return false
}

function dayProblem(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12) return 'month value is outside expected range of 1-12'
  // Day 0 of the next month is the last day of this one. setUTCFullYear takes years below 100.
  const last = new Date(0)
  last.setUTCFullYear(year, month, 0)
  if (day < 1 || day > last.getUTCDate()) return 'day value is outside expected range'
  return undefined
}

function parseMoment(text: string, issues: Issues): Date | typeof INVALID {
  const match = MOMENT.exec(text)
  const reason =
    match === null ? 'expected YYYY-MM-DDThh:mm:ss with Z or an offset' : momentProblem(match)
  if (match === null || reason !== undefined) {
    const message = `Input should be a valid datetime, ${reason}`
    return issues.add('datetime_parsing', message, text, { error: reason })
  }
  if (match[8] === undefined) {
    return issues.add('timezone_aware', 'Input should have timezone info', text)
  }
  const seconds = match[6] ?? '00'
  const fraction = (match[7] ?? '').slice(0, 3).padEnd(3, '0')
  const zone = match[8].toUpperCase().replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')
  return new Date(
    `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${seconds}.${fraction}${zone}`,
  )
}

function momentProblem(match: RegExpExecArray): string | undefined {
  const problem = dayProblem(Number(match[1]), Number(match[2]), Number(match[3]))
  if (problem !== undefined) return problem
  if (Number(match[4]) > 23) return 'hour value is outside expected range of 0-23'
  if (Number(match[5]) > 59) return 'minute value is outside expected range of 0-59'
  if (Number(match[6] ?? 0) > 59) return 'second value is outside expected range of 0-59'
  const [, hours, minutes] = /^[+-](\d\d):?(\d\d)$/.exec(match[8] ?? '') ?? []
  if (Number(hours ?? 0) > 23 || Number(minutes ?? 0) > 59) return 'timezone offset is out of range'
  return undefined
}
