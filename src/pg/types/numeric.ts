import { PgProtocolError } from '../errors.ts'
import { assertLength, assertMinimumLength } from './decoder.ts'

const NEGATIVE = 0x4000
const NAN = 0xc000
const PLUS_INFINITY = 0xd000
const MINUS_INFINITY = 0xf000

/**
 * Decodes numeric to the text PostgreSQL prints: exact, with all digits of its scale.
 *
 * Sent as int16 ndigits, weight, sign, dscale, then ndigits base-10000 digits; the first has the
 * value digit * 10000^weight.
 *
 * @see PostgreSQL source, src/backend/utils/adt/numeric.c, numeric_send
 */
export function decodeNumeric(_bytes: Buffer, view: DataView, at: number, length: number): string {
  assertMinimumLength(length, 8)
  const count = view.getUint16(at)
  const weight = view.getInt16(at + 2)
  const sign = view.getUint16(at + 4)
  const scale = view.getUint16(at + 6)
  assertLength(length, 8 + 2 * count)
  if (sign === NAN) return 'NaN'
  if (sign === PLUS_INFINITY) return 'Infinity'
  if (sign === MINUS_INFINITY) return '-Infinity'
  if (sign !== 0 && sign !== NEGATIVE)
    throw new PgProtocolError(`Unknown sign ${sign} of a numeric`)

  const group = (index: number): string =>
    index < 0 || index >= count
      ? '0000'
      : String(view.getUint16(at + 8 + 2 * index)).padStart(4, '0')
  let whole = ''
  for (let index = 0; index <= weight; index++) whole += group(index)
  whole = whole.replace(/^0+/, '') || '0'
  let fraction = ''
  for (let index = weight + 1; fraction.length < scale; index++) fraction += group(index)
  const text = scale === 0 ? whole : `${whole}.${fraction.slice(0, scale)}`
  return sign === NEGATIVE ? `-${text}` : text
}
