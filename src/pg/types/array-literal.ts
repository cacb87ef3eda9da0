import { UnencodableError, unencodable } from './encoder.ts'
import { JsonValue, RawJson } from './json.ts'
import { jsonText } from './json-text.ts'
import { Oid, typeName } from './oid.ts'

/**
 * An array as the text PostgreSQL reads: `{1,2,NULL}`, `{{"a b","c\"d"}}`.
 *
 * @throws {UnencodableError} on an element that has no exact text in the element type
 * @see PostgreSQL manual, "Array Input and Output Syntax"
 */
export function arrayLiteral(values: readonly unknown[], elementOid: number): string {
  const isJson = elementOid === Oid.JSON || elementOid === Oid.JSONB
  const parts: string[] = []
  for (const value of values) {
    // Nested arrays are dimensions, except in json[], where an array is one value.
    if (Array.isArray(value) && !isJson) parts.push(arrayLiteral(value, elementOid))
    else parts.push(elementLiteral(value, elementOid, isJson))
  }
  return `{${parts.join(',')}}`
}

function elementLiteral(value: unknown, oid: number, isJson: boolean): string {
  if (value === null) return 'NULL'
  if (value === undefined)
    throw new UnencodableError('an array element is undefined; use null for NULL')
  if (isJson) {
    if (typeof value === 'string')
      unencodable(value, 'json', 'wrap it in json(value) or rawJson(text)')
    return quote(jsonText(value))
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return quote(Object.is(value, -0) ? '-0' : String(value))
  }
  if (typeof value === 'string') return quote(value)
  if (value instanceof Uint8Array && oid === Oid.BYTEA) {
    return quote(`\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`)
  }
  if (value instanceof Date && oid === Oid.TIMESTAMPTZ && !Number.isNaN(value.getTime())) {
    return quote(isoForPostgres(value))
  }
  if (value instanceof JsonValue || value instanceof RawJson) return quote(jsonText(value))
  return unencodable(
    value,
    `an element of ${typeName(oid)}[]`,
    'see the type table in docs/postgresql.md',
  )
}

/** PostgreSQL reads years of at most six digits without sign, and BC instead of a negative year. */
function isoForPostgres(value: Date): string {
  const year = value.getUTCFullYear()
  const rest = value.toISOString().replace(/^[+-]?\d+/, '')
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0')
  return `${shown}${rest}${year > 0 ? '' : ' BC'}`
}

function quote(text: string): string {
  return /^[\w.+-]+$/.test(text) && text.toUpperCase() !== 'NULL'
    ? text
    : `"${text.replace(/["\\]/g, '\\$&')}"`
}
