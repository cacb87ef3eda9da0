const DAYS = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const IMF_DATE = new RegExp(
  `^${DAYS}, (\\d{2}) (${MONTHS.join('|')}) (\\d{4}) (\\d{2}):(\\d{2}):(\\d{2}) GMT$`,
)

/**
 * Reads the header `Retry-After`: seconds or a date.
 *
 * @param text - the value without blanks around it
 * @param nowMs - the time of day, in milliseconds since 1970
 * @returns milliseconds to wait, 0 for a date that is over; `undefined` if it is malformed
 * @see RFC 9110, 10.2.3
 */
export function parseRetryAfter(text: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const match = IMF_DATE.exec(text)
  if (match === null) return undefined
  const [, day, month = '', year, hour, minute, second] = match
  const [d, y, h, m, s] = [day, year, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const atMs = Date.UTC(y, MONTHS.indexOf(month), d, h, m, s)
  // Date.UTC carries over: the 31st of February would be a day in March.
  const isReal = new Date(atMs).getUTCDate() === d && h < 24 && m < 60 && s < 61
  return isReal ? Math.max(0, atMs - nowMs) : undefined
}
