import { PgProtocolError } from '../errors.ts'
import type { ColumnDecoder } from './decoder.ts'

/** Turns the body of one DataRow, from `start` up to `end`, into a plain object. */
export type RowDecoder = (
  bytes: Buffer,
  view: DataView,
  start: number,
  end: number,
) => Record<string, unknown>

export interface RowColumn {
  readonly name: string
  readonly decode: ColumnDecoder
}

/**
 * A decoder for rows of these columns: compiled code where the process allows it, else the
 * interpreting closure. Both give equal rows.
 *
 * Compiled code builds the object with one literal, so all rows of a statement share one shape:
 * about twice as many rows per second (`benchmarks/micro/pg/row-decoder.bench.ts`).
 */
export function createRowDecoder(columns: readonly RowColumn[]): RowDecoder {
  try {
    return compileRowDecoder(columns)
  } catch {
    // `--disallow-code-generation-from-strings`
    return interpretRows(columns)
  }
}

/** The fallback of {@link createRowDecoder}. */
export function interpretRows(columns: readonly RowColumn[]): RowDecoder {
  const names = columns.map((column) => column.name)
  const decoders = columns.map((column) => column.decode)
  const count = columns.length
  return (bytes, view, start, end) => {
    let at = readColumnCount(view, start, end, count)
    const row: Record<string, unknown> = {}
    for (let index = 0; index < count; index++) {
      const length = readLength(view, at, end)
      at += 4
      let value: unknown = null
      if (length !== -1) {
        value = (decoders[index] as ColumnDecoder)(bytes, view, at, length)
        at += length
      }
      const name = names[index] as string
      // Plain assignment to this one name would set the prototype instead.
      if (name === '__proto__')
        Object.defineProperty(row, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        })
      else row[name] = value
    }
    if (at !== end) throw new PgProtocolError('A row is longer than its columns')
    return row
  }
}

/**
 * Generates the decoder. Column names come from the database: they enter the source as JSON string
 * literals and computed keys only, so they are data whatever they contain.
 *
 * @throws {EvalError} where code generation is forbidden
 */
export function compileRowDecoder(columns: readonly RowColumn[]): RowDecoder {
  const steps = columns.map(
    (_, index) =>
      `let c${index} = null; n = readLength(v, p, e); p += 4;
       if (n !== -1) { c${index} = d${index}(b, v, p, n); p += n }`,
  )
  const fields = columns.map(({ name }, index) => {
    const literal = JSON.stringify(name)
    return name === '__proto__' ? `[${literal}]: c${index}` : `${literal}: c${index}`
  })
  const decoderNames = columns.map((_, index) => `d${index}`)
  const source = `'use strict'; return function decodeRow(b, v, s, e) {
    let p = readColumnCount(v, s, e, ${columns.length}), n = 0;
    ${steps.join('\n')}
    if (p !== e) throw new PgProtocolError('A row is longer than its columns');
    return { ${fields.join(', ')} };
  }`
  // oxlint-disable-next-line typescript/no-implied-eval -- names enter as JSON literals only, see above
  const create = new Function(
    'readColumnCount',
    'readLength',
    'PgProtocolError',
    ...decoderNames,
    source,
  ) as (...values: unknown[]) => RowDecoder
  return create(
    readColumnCount,
    readLength,
    PgProtocolError,
    ...columns.map((column) => column.decode),
  )
}

function readColumnCount(view: DataView, start: number, end: number, expected: number): number {
  if (end - start < 2 || view.getInt16(start) !== expected) {
    throw new PgProtocolError('A row does not have the columns that were announced')
  }
  return start + 2
}

/** The int32 length before a value: -1 is NULL; the bytes it announces lie before `end`. */
function readLength(view: DataView, at: number, end: number): number {
  if (at + 4 > end) throw new PgProtocolError('A row ends before its last column')
  const length = view.getInt32(at)
  if (length < -1 || at + 4 + length > end) {
    throw new PgProtocolError(`A column of ${length} bytes does not fit its row`)
  }
  return length
}
