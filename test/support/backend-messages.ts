/** Messages as a PostgreSQL server sends them, for tests without one. */

export function message(type: string, ...parts: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)),
  )
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value & 0xffff)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}

export function readyForQuery(status = 'I'): Buffer {
  return message('Z', status)
}

export function commandComplete(tag: string): Buffer {
  return message('C', `${tag}\0`)
}

export function authenticationOk(): Buffer {
  return message('R', int32(0))
}

export function errorResponse(sqlState: string, text: string, severity = 'ERROR'): Buffer {
  return message('E', `S${severity}\0V${severity}\0C${sqlState}\0M${text}\0\0`)
}

/** What a server answers to Parse, Describe, Sync. */
export function described(
  parameterOids: readonly number[],
  columns: readonly [string, number][],
): Buffer {
  return Buffer.concat([
    message('1'),
    message('t', int16(parameterOids.length), ...parameterOids.map(int32)),
    columns.length === 0 ? message('n') : rowDescription(columns),
    readyForQuery(),
  ])
}

export function rowDescription(columns: readonly [string, number][]): Buffer {
  const fields = columns.flatMap(([name, oid]) => [
    `${name}\0`,
    int32(0),
    int16(0),
    int32(oid),
    int16(-1),
    int32(-1),
    int16(0),
  ])
  return message('T', int16(columns.length), ...fields)
}

export function dataRow(values: readonly (Uint8Array | null)[]): Buffer {
  const parts = values.flatMap((value) =>
    value === null ? [int32(-1)] : [int32(value.length), value],
  )
  return message('D', int16(values.length), ...parts)
}

/** What a server answers to Bind, Execute, Sync. */
export function answered(rows: readonly (readonly (Uint8Array | null)[])[], tag?: string): Buffer {
  return Buffer.concat([
    message('2'),
    ...rows.map(dataRow),
    commandComplete(tag ?? `SELECT ${rows.length}`),
    readyForQuery(),
  ])
}
