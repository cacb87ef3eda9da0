/**
 * Object identifiers of the built-in types this driver knows in binary form.
 *
 * @see PostgreSQL source, src/include/catalog/pg_type.dat
 */
export const Oid = {
  BOOL: 16,
  BYTEA: 17,
  CHAR: 18,
  NAME: 19,
  INT8: 20,
  INT2: 21,
  INT4: 23,
  TEXT: 25,
  OID: 26,
  JSON: 114,
  FLOAT4: 700,
  FLOAT8: 701,
  BPCHAR: 1042,
  VARCHAR: 1043,
  DATE: 1082,
  TIMESTAMP: 1114,
  TIMESTAMPTZ: 1184,
  NUMERIC: 1700,
  VOID: 2278,
  UUID: 2950,
  JSONB: 3802,
} as const

/** Array type to element type. */
export const ELEMENT_OID: ReadonlyMap<number, number> = new Map([
  [1000, Oid.BOOL],
  [1001, Oid.BYTEA],
  [1003, Oid.NAME],
  [1016, Oid.INT8],
  [1005, Oid.INT2],
  [1007, Oid.INT4],
  [1009, Oid.TEXT],
  [1028, Oid.OID],
  [199, Oid.JSON],
  [1021, Oid.FLOAT4],
  [1022, Oid.FLOAT8],
  [1014, Oid.BPCHAR],
  [1015, Oid.VARCHAR],
  [1182, Oid.DATE],
  [1115, Oid.TIMESTAMP],
  [1185, Oid.TIMESTAMPTZ],
  [1231, Oid.NUMERIC],
  [2951, Oid.UUID],
  [3807, Oid.JSONB],
])

const NAMES = new Map<number, string>(
  Object.entries(Oid).map(([name, oid]) => [oid, name.toLowerCase()]),
)

/** A type's name for messages: `int4`, `text[]`, `type 12345`. */
export function typeName(oid: number): string {
  const element = ELEMENT_OID.get(oid)
  if (element !== undefined) return `${typeName(element)}[]`
  return NAMES.get(oid) ?? `type ${oid}`
}
