import { arrayDecoder } from './array.ts'
import type { ColumnDecoder } from './decoder.ts'
import { BINARY_FORMAT, type Format, TEXT_FORMAT } from './format.ts'
import { decodeNumeric } from './numeric.ts'
import { ELEMENT_OID, Oid } from './oid.ts'
import {
  decodeBool,
  decodeBytea,
  decodeFloat4,
  decodeFloat8,
  decodeInt2,
  decodeInt4,
  decodeInt8,
  decodeInt8AsNumber,
  decodeJson,
  decodeJsonb,
  decodeOid,
  decodeUuid,
} from './scalars.ts'
import { decodeText } from './text.ts'
import { decodeDate, decodeTimestamp, decodeTimestamptz } from './timestamp.ts'

/** How int8 (and so `count(*)`) arrives: always a `bigint`, or a `number` that fails beyond 2^53 - 1. */
export type Int8Mode = 'bigint' | 'number'

export interface ColumnCodec {
  readonly format: Format
  readonly decode: ColumnDecoder
}

const SCALARS: ReadonlyMap<number, ColumnDecoder> = new Map<number, ColumnDecoder>([
  [Oid.BOOL, decodeBool],
  [Oid.BYTEA, decodeBytea],
  [Oid.CHAR, decodeText],
  [Oid.NAME, decodeText],
  [Oid.INT2, decodeInt2],
  [Oid.INT4, decodeInt4],
  [Oid.TEXT, decodeText],
  [Oid.OID, decodeOid],
  [Oid.JSON, decodeJson],
  [Oid.FLOAT4, decodeFloat4],
  [Oid.FLOAT8, decodeFloat8],
  [Oid.BPCHAR, decodeText],
  [Oid.VARCHAR, decodeText],
  [Oid.DATE, decodeDate],
  [Oid.TIMESTAMP, decodeTimestamp],
  [Oid.TIMESTAMPTZ, decodeTimestamptz],
  [Oid.NUMERIC, decodeNumeric],
  [Oid.UUID, decodeUuid],
  [Oid.JSONB, decodeJsonb],
])

function scalarDecoder(oid: number, int8: Int8Mode): ColumnDecoder | undefined {
  if (oid === Oid.INT8) return int8 === 'number' ? decodeInt8AsNumber : decodeInt8
  return SCALARS.get(oid)
}

/** The codec of a result column: binary for the types known here, the server's text for all others. */
export function columnCodec(oid: number, int8: Int8Mode): ColumnCodec {
  const element = ELEMENT_OID.get(oid)
  const scalar = scalarDecoder(element ?? oid, int8)
  if (scalar === undefined) return { format: TEXT_FORMAT, decode: decodeText }
  return { format: BINARY_FORMAT, decode: element === undefined ? scalar : arrayDecoder(scalar) }
}
