import type { MessageReader } from './reader.ts'

/** The fields of an ErrorResponse or NoticeResponse. */
export interface ErrorFields {
  readonly message: string
  readonly sqlState: string
  readonly severity: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly position: number | undefined
  readonly internalPosition: number | undefined
  readonly internalQuery: string | undefined
  readonly where: string | undefined
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly dataType: string | undefined
  readonly constraint: string | undefined
  readonly file: string | undefined
  readonly line: number | undefined
  readonly routine: string | undefined
}

/**
 * Decodes the body of an ErrorResponse or NoticeResponse. Unknown field types are skipped, as the
 * protocol demands.
 *
 * @throws {PgProtocolError} when the body ends inside a field
 * @see PostgreSQL manual, "Error and Notice Message Fields"
 */
export function decodeErrorFields(reader: MessageReader): ErrorFields {
  const fields = new Map<string, string>()
  for (let type = reader.uint8(); type !== 0; type = reader.uint8()) {
    fields.set(String.fromCharCode(type), reader.cstring())
  }
  return {
    message: fields.get('M') ?? 'The server gave no message',
    sqlState: fields.get('C') ?? 'XX000',
    severity: fields.get('V') ?? fields.get('S') ?? 'ERROR',
    detail: fields.get('D'),
    hint: fields.get('H'),
    position: toNumber(fields.get('P')),
    internalPosition: toNumber(fields.get('p')),
    internalQuery: fields.get('q'),
    where: fields.get('W'),
    schema: fields.get('s'),
    table: fields.get('t'),
    column: fields.get('c'),
    dataType: fields.get('d'),
    constraint: fields.get('n'),
    file: fields.get('F'),
    line: toNumber(fields.get('L')),
    routine: fields.get('R'),
  }
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
