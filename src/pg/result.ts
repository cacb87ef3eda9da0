import type { MessageReader } from './protocol/reader.ts'

/** One column of a result. */
export interface PgField {
  readonly name: string
  /** Type OID. */
  readonly dataTypeId: number
  /** Table OID, 0 for an expression. */
  readonly tableId: number
  /** Attribute number in the table, 0 for an expression. */
  readonly columnId: number
  /** Type-specific, such as the length of a varchar plus 4; -1 for none. */
  readonly typeModifier: number
}

/** What a statement has given. */
export interface PgResult<Row = Record<string, unknown>> {
  readonly rows: Row[]
  /** Rows returned or affected; 0 for statements that do neither. */
  readonly rowCount: number
  /** The command's name as the server gives it: `SELECT`, `INSERT`, `CREATE TABLE`. */
  readonly command: string
  readonly fields: readonly PgField[]
}

/** @throws {PgProtocolError} when the body ends inside a field */
export function decodeRowDescription(reader: MessageReader): PgField[] {
  const fields: PgField[] = []
  for (let left = reader.uint16(); left > 0; left--) {
    const name = reader.cstring()
    const tableId = reader.uint32()
    const columnId = reader.int16()
    const dataTypeId = reader.uint32()
    reader.int16() // size: follows from the type
    const typeModifier = reader.int32()
    reader.int16() // format: always text in a description of a statement
    fields.push({ name, dataTypeId, tableId, columnId, typeModifier })
  }
  return fields
}

/** The tags that end in a row count; COPY and MERGE among them. */
const COUNTED = /^(INSERT \d+|[A-Z]+) (\d+)$/

/**
 * Splits a command tag: `INSERT 0 3`, `UPDATE 5`, `CREATE TABLE`.
 *
 * @see PostgreSQL manual, "Message Formats", CommandComplete
 */
export function parseCommandTag(tag: string): { command: string; rowCount: number } {
  const match = COUNTED.exec(tag)
  if (match === null) return { command: tag, rowCount: 0 }
  return { command: (match[1] as string).replace(/ \d+$/, ''), rowCount: Number(match[2]) }
}
