/** More digits than this are not worked with: the time grows faster than the text. */
const MAX_DIGITS = 1000

const DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,4}))?$/

/**
 * Plain notation of a decimal number: no exponent, no sign for plus, no zeros in front; zeros at
 * the end stay, they say how exact it is.
 *
 * @returns undefined if the text is no decimal number, or one of more than 1,000 digits
 */
export function parseDecimal(text: string): string | undefined {
  if (text.length > MAX_DIGITS + 10) return undefined
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', tail, only, power = '0'] = match
  const fraction = tail ?? only ?? ''
  const point = whole.length + Number(power)
  const digits = whole + fraction
  if (Math.max(point, digits.length) - Math.min(point, 0) > MAX_DIGITS) return undefined
  const left = digits.slice(0, Math.max(point, 0)).padEnd(Math.max(point, 0), '0')
  const right = '0'.repeat(Math.max(-point, 0)) + digits.slice(Math.max(point, 0))
  const plain = left.replace(/^0+/, '') || '0'
  const value = right === '' ? plain : `${plain}.${right}`
  return sign === '-' && /[1-9]/.test(value) ? `-${value}` : value
}

/** How many digits a plain number has, zeros at either end left out. */
export function toDigits(value: string): { readonly digits: number; readonly decimals: number } {
  const [whole = '', fraction = ''] = value.replace(/^-/, '').split('.')
  let decimals = fraction.length
  while (fraction[decimals - 1] === '0') decimals--
  const digits = whole === '0' ? decimals : whole.length + decimals
  return { digits, decimals }
}

/** Below, at or above zero as `left` is less than, equal to or greater than `right`. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = toSameScale(left, right)
  return a < b ? -1 : a > b ? 1 : 0
}

export function isMultipleOf(value: string, factor: string): boolean {
  const [a, b] = toSameScale(value, factor)
  return a % b === 0n
}

function toSameScale(left: string, right: string): readonly [bigint, bigint] {
  const places = Math.max(placesOf(left), placesOf(right))
  return [toScale(left, places), toScale(right, places)]
}

function placesOf(value: string): number {
  return value.split('.')[1]?.length ?? 0
}

function toScale(value: string, places: number): bigint {
  const [whole = '', fraction = ''] = value.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}
