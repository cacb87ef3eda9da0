import { PgProtocolError } from '../errors.ts'

/**
 * Turns one column's bytes into a value. The bytes from `at` on are `length` long and lie inside the
 * message; the decoder checks that `length` fits its type.
 */
export type ColumnDecoder = (bytes: Buffer, view: DataView, at: number, length: number) => unknown

/** @throws {PgProtocolError} unless `length` is what the type always has */
export function assertLength(length: number, expected: number): void {
  if (length !== expected)
    throw new PgProtocolError(`A value of ${length} bytes where ${expected} were due`)
}

/** @throws {PgProtocolError} unless `length` is at least what the type always has */
export function assertMinimumLength(length: number, minimum: number): void {
  if (length < minimum)
    throw new PgProtocolError(`A value of ${length} bytes where ${minimum} were due`)
}
