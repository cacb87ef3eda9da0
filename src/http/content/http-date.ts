const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)'

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF_FIXDATE = new RegExp(`^(${DAYS.join('|')}), (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`)
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC_850 = new RegExp(`^(${LONG_DAYS.join('|')}), (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`)
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME = new RegExp(`^(${DAYS.join('|')}) ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`)

/**
 * Reads a date in any of the three formats of HTTP.
 *
 * @param nowMs - decides the century of years of two digits: at most 50 years ahead
 * @returns milliseconds since 1970; undefined if the text is no date, or one that does not exist,
 * the wrong day of the week included
 * @see RFC 9110, 5.6.7
 */
export function parseHttpDate(text: string, nowMs: number = Date.now()): number | undefined {
  // No format is longer; and a long text need not be looked at.
  if (text.length > 33) return undefined
  const imf = IMF_FIXDATE.exec(text)
  if (imf !== null) {
    const [, weekday = '', day, month = '', year, ...time] = imf
    return toTime(DAYS.indexOf(weekday), Number(year), month, Number(day), time)
  }
  const asctime = ASCTIME.exec(text)
  if (asctime !== null) {
    const [, weekday = '', month = '', day, hour = '', minute = '', second = '', year] = asctime
    const time = [hour, minute, second]
    return toTime(DAYS.indexOf(weekday), Number(year), month, Number(day), time)
  }
  const [, weekday = '', day, month = '', digits, ...time] = RFC_850.exec(text) ?? []
  if (digits === undefined) return undefined
  const year = fullYear(Number(digits), new Date(nowMs).getUTCFullYear())
  return toTime(LONG_DAYS.indexOf(weekday), year, month, Number(day), time)
}

/**
 * A time as `Last-Modified` and its like say it, in whole seconds.
 *
 * @param timeMs - milliseconds since 1970
 */
export function formatHttpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString()
}

/** More than 50 years ahead is meant to be the past. */
function fullYear(digits: number, currentYear: number): number {
  const year = currentYear - (currentYear % 100) + digits
  if (year > currentYear + 50) return year - 100
  return year
}

function toTime(
  weekday: number,
  year: number,
  month: string,
  day: number,
  time: readonly string[],
): number | undefined {
  const [hour = 0, minute = 0, second = 0] = time.map(Number)
  const monthIndex = MONTHS.indexOf(month) / 3
  // 60 is a leap second.
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const midnight = new Date(Date.UTC(year, monthIndex, day))
  const exists =
    midnight.getUTCFullYear() === year &&
    midnight.getUTCMonth() === monthIndex &&
    midnight.getUTCDay() === weekday
  if (!exists) return undefined
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000
}
