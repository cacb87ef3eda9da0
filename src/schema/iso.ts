/** What is wrong with a text, in the words of Pydantic. */
export type Problem = string

/** The parts of a time of day; `zone` is `''`, `Z` or an offset such as `+02:00`. */
export interface TimeParts {
  readonly hour: string
  readonly minute: string
  readonly second: string
  /** Digits after the point, at most nine. */
  readonly fraction: string
  readonly zone: string
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})/
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}:?\d{2})?$/

/** The problem of the first ten characters of `text`, if they are no date. */
export function dateProblem(text: string): Problem | undefined {
  if (text.length < 10) return 'input is too short'
  const match = DATE.exec(text)
  if (match === null) return shapeProblem(text)
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (month < 1 || month > 12) return 'month value is outside expected range of 1-12'
  // Day 0 of the next month is the last day of this one. setUTCFullYear takes years below 100.
  const last = new Date(0)
  last.setUTCFullYear(year, month, 0)
  return day < 1 || day > last.getUTCDate() ? 'day value is outside expected range' : undefined
}

function shapeProblem(text: string): Problem {
  if (!/^\d{4}/.test(text)) return 'invalid character in year'
  if (text[4] !== '-') return 'invalid date separator, expected `-`'
  if (!/^\d\d$/.test(text.slice(5, 7))) return 'invalid character in month'
  if (text[7] !== '-') return 'invalid date separator, expected `-`'
  return 'invalid character in day'
}

/** The parts of a time of day, or what is wrong with it. */
export function parseTime(text: string): TimeParts | Problem {
  if (text.length < 5) return 'input is too short'
  const match = TIME.exec(text)
  if (match === null) return timeShapeProblem(text)
  const [, hour = '', minute = '', second = '00', fraction = '', zone = ''] = match
  if (Number(hour) > 23) return 'hour value is outside expected range of 0-23'
  if (Number(minute) > 59) return 'minute value is outside expected range of 0-59'
  if (Number(second) > 59) return 'second value is outside expected range of 0-59'
  const [, hours = '0', minutes = '0'] = /^[+-](\d\d):?(\d\d)$/.exec(zone) ?? []
  if (Number(minutes) > 59) return 'timezone minute value is outside expected range of 0-59'
  if (Number(hours) > 23) return 'timezone offset must be less than 24 hours'
  const offset = zone === 'z' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')
  return { hour, minute, second, fraction, zone: offset }
}

function timeShapeProblem(text: string): Problem {
  if (!/^\d\d/.test(text)) return 'invalid character in hour'
  if (text[2] !== ':') return 'invalid time separator, expected `:`'
  if (!/^\d\d$/.test(text.slice(3, 5))) return 'invalid character in minute'
  return 'unexpected extra characters at the end of the input'
}

/** The date and the time of a moment, or what is wrong with it. */
export function parseDateTime(text: string): { date: string; time: TimeParts } | Problem {
  const problem = dateProblem(text)
  if (problem !== undefined) return problem
  const date = text.slice(0, 10)
  if (text.length === 10) return 'input is too short'
  if (!/[Tt_ ]/.test(text[10]!)) {
    return 'invalid datetime separator, expected `T`, `t`, `_` or space'
  }
  const time = parseTime(text.slice(11))
  return typeof time === 'string' ? time : { date, time }
}

/** `14:05:00`, `14:05:00.500000+02:00`: microseconds or nothing, as Python writes it. */
export function timeText({ hour, minute, second, fraction, zone }: TimeParts): string {
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  return `${hour}:${minute}:${second}${/[1-9]/.test(micros) ? `.${micros}` : ''}${zone}`
}
