import type { MessageWriter } from '../protocol/writer.ts'
import { arrayLiteral } from './array-literal.ts'
import { type ParameterEncoder, unencodable, writeTextValue } from './encoder.ts'
import { BINARY_FORMAT, type Format } from './format.ts'
import { JsonValue, RawJson } from './json.ts'
import { jsonText } from './json-text.ts'
import { ELEMENT_OID, Oid, typeName } from './oid.ts'
import { EPOCH_MS } from './timestamp.ts'

const encodeBool: ParameterEncoder = (out, value) => {
  if (typeof value !== 'boolean') return encodeText(out, value, 'bool', 'string')
  out.reserve(5)
  out.view.setInt32(out.at, 1)
  out.bytes[out.at + 4] = value ? 1 : 0
  out.at += 5
  return BINARY_FORMAT
}

const encodeInt2: ParameterEncoder = (out, value) => {
  if (typeof value !== 'number') return encodeText(out, value, 'int2', 'bigint string')
  if ((value << 16) >> 16 !== value) unencodable(value, 'int2', 'it must be an integer of 16 bits')
  out.reserve(6)
  out.view.setInt32(out.at, 2)
  out.view.setInt16(out.at + 4, value)
  out.at += 6
  return BINARY_FORMAT
}

const encodeInt4: ParameterEncoder = (out, value) => {
  if (typeof value !== 'number') return encodeText(out, value, 'int4', 'bigint string')
  if ((value | 0) !== value) unencodable(value, 'int4', 'it must be an integer of 32 bits')
  out.reserve(8)
  out.view.setInt32(out.at, 4)
  out.view.setInt32(out.at + 4, value)
  out.at += 8
  return BINARY_FORMAT
}

const encodeInt8: ParameterEncoder = (out, value) => {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) unencodable(value, 'int8', 'it must fit 64 bits')
    return writeInt64(out, value)
  }
  if (typeof value !== 'number') return encodeText(out, value, 'int8', 'string')
  if (!Number.isSafeInteger(value)) {
    unencodable(value, 'int8', 'a number must be an integer up to 2^53 - 1; use a bigint beyond')
  }
  out.reserve(12)
  out.view.setInt32(out.at, 8)
  out.view.setInt32(out.at + 4, Math.floor(value / 0x1_0000_0000))
  out.view.setUint32(out.at + 8, value >>> 0)
  out.at += 12
  return BINARY_FORMAT
}

const encodeFloat4: ParameterEncoder = (out, value) => {
  if (typeof value !== 'number') return encodeText(out, value, 'float4', 'bigint string')
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    unencodable(value, 'float4', 'it is out of range')
  }
  out.reserve(8)
  out.view.setInt32(out.at, 4)
  out.view.setFloat32(out.at + 4, value)
  out.at += 8
  return BINARY_FORMAT
}

const encodeFloat8: ParameterEncoder = (out, value) => {
  if (typeof value !== 'number') return encodeText(out, value, 'float8', 'bigint string')
  out.reserve(12)
  out.view.setInt32(out.at, 8)
  out.view.setFloat64(out.at + 4, value)
  out.at += 12
  return BINARY_FORMAT
}

const encodeBytea: ParameterEncoder = (out, value) => {
  if (!(value instanceof Uint8Array)) unencodable(value, 'bytea', 'pass a Uint8Array')
  out.reserve(4 + value.length)
  out.view.setInt32(out.at, value.length)
  out.bytes.set(value, out.at + 4)
  out.at += 4 + value.length
  return BINARY_FORMAT
}

const encodeTimestamptz: ParameterEncoder = (out, value) => {
  if (!(value instanceof Date)) return encodeText(out, value, 'timestamptz', 'string')
  const ms = value.getTime()
  if (Number.isNaN(ms)) unencodable(value, 'timestamptz', 'the Date is invalid')
  return writeInt64(out, BigInt(ms - EPOCH_MS) * 1000n)
}

/** An instant is not a wall clock: converting it would need a time zone, and none is a safe guess. */
function encodeWallClock(type: string): ParameterEncoder {
  return (out, value) => {
    if (value instanceof Date) {
      unencodable(
        value,
        type,
        'a Date is an instant; pass text, or cast in SQL as in $1::timestamptz',
      )
    }
    return encodeText(out, value, type, 'string')
  }
}

const encodeJson: ParameterEncoder = (out, value) => {
  if (typeof value === 'string') {
    unencodable(
      value,
      'json',
      'wrap it: json(value) stores a JSON string, rawJson(text) sends JSON text as it is',
    )
  }
  return writeTextValue(out, jsonText(value))
}

const encodeTextLike: ParameterEncoder = (out, value) =>
  typeof value === 'string'
    ? writeTextValue(out, value)
    : encodeText(out, value, 'text', 'number bigint boolean')

const encodeNumeric: ParameterEncoder = (out, value) =>
  encodeText(out, value, 'numeric', 'number bigint string')

const encodeUuid: ParameterEncoder = (out, value) => encodeText(out, value, 'uuid', 'string')

/** Text for the server to read, from the JavaScript types that `accepted` names. */
function encodeText(out: MessageWriter, value: unknown, type: string, accepted: string): Format {
  if (!accepted.includes(typeof value)) {
    unencodable(value, type, `pass a ${accepted.replaceAll(' ', ' or ')}${EXTRA[type] ?? ''}`)
  }
  return writeTextValue(out, String(value))
}

const EXTRA: Readonly<Record<string, string>> = {
  bool: ' or boolean',
  int2: ' or number',
  int4: ' or number',
  int8: ' or number or bigint',
  float4: ' or number',
  float8: ' or number',
  text: ' or string',
  timestamptz: ' or Date',
}

function writeInt64(out: MessageWriter, value: bigint): Format {
  out.reserve(12)
  out.view.setInt32(out.at, 8)
  out.view.setBigInt64(out.at + 4, value)
  out.at += 12
  return BINARY_FORMAT
}

function arrayEncoder(elementOid: number): ParameterEncoder {
  const type = `${typeName(elementOid)}[]`
  return (out, value) => {
    if (typeof value === 'string') return writeTextValue(out, value)
    if (!Array.isArray(value)) unencodable(value, type, 'pass an array')
    return writeTextValue(out, arrayLiteral(value, elementOid))
  }
}

/** Types the driver does not know (enums, ranges, intervals, ...) travel as the text PostgreSQL reads. */
function unknownEncoder(oid: number): ParameterEncoder {
  const type = typeName(oid)
  return (out, value) => {
    if (Array.isArray(value)) return writeTextValue(out, arrayLiteral(value, oid))
    if (value instanceof Uint8Array) return encodeBytea(out, value)
    if (value instanceof Date) return writeTextValue(out, value.toISOString())
    if (value instanceof JsonValue || value instanceof RawJson)
      return writeTextValue(out, jsonText(value))
    return encodeText(out, value, type, 'string number bigint boolean')
  }
}

const ENCODERS: ReadonlyMap<number, ParameterEncoder> = new Map([
  [Oid.BOOL, encodeBool],
  [Oid.BYTEA, encodeBytea],
  [Oid.CHAR, encodeTextLike],
  [Oid.NAME, encodeTextLike],
  [Oid.INT8, encodeInt8],
  [Oid.INT2, encodeInt2],
  [Oid.INT4, encodeInt4],
  [Oid.TEXT, encodeTextLike],
  [Oid.JSON, encodeJson],
  [Oid.FLOAT4, encodeFloat4],
  [Oid.FLOAT8, encodeFloat8],
  [Oid.BPCHAR, encodeTextLike],
  [Oid.VARCHAR, encodeTextLike],
  [Oid.DATE, encodeWallClock('date')],
  [Oid.TIMESTAMP, encodeWallClock('timestamp')],
  [Oid.TIMESTAMPTZ, encodeTimestamptz],
  [Oid.NUMERIC, encodeNumeric],
  [Oid.UUID, encodeUuid],
  [Oid.JSONB, encodeJson],
])

/** The encoder of a parameter of this type. */
export function parameterEncoder(oid: number): ParameterEncoder {
  const known = ENCODERS.get(oid)
  if (known !== undefined) return known
  const element = ELEMENT_OID.get(oid)
  return element === undefined ? unknownEncoder(oid) : arrayEncoder(element)
}
