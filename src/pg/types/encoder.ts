import { describe } from '../../core/errors.ts'
import { writeUtf8 } from '../protocol/text.ts'
import type { MessageWriter } from '../protocol/writer.ts'
import { type Format, TEXT_FORMAT } from './format.ts'

/**
 * Writes the length and the bytes of one parameter that is neither `null` nor `undefined`.
 *
 * @returns the format it chose: the Bind message carries one for each parameter
 * @throws {UnencodableError} when the value has no exact form in this type
 */
export type ParameterEncoder = (out: MessageWriter, value: unknown) => Format

/** Why a value cannot be sent; the caller adds the position and the SQL. */
export class UnencodableError extends Error {}

/** @throws {UnencodableError} always */
export function unencodable(value: unknown, type: string, hint: string): never {
  throw new UnencodableError(`${describe(value)} is not a value for ${type}; ${hint}`)
}

/**
 * Length and UTF-8 bytes of `text`.
 *
 * @throws {UnencodableError} when it contains a zero character, which PostgreSQL text cannot
 */
export function writeTextValue(out: MessageWriter, text: string): Format {
  if (text.includes('\0'))
    throw new UnencodableError('PostgreSQL text cannot contain a zero character (\\0)')
  const length = text.length
  out.reserve(4 + (length > 1024 ? Buffer.byteLength(text) : length * 3))
  const start = out.at
  const size = writeUtf8(out.bytes, text, start + 4)
  out.view.setInt32(start, size)
  out.at = start + 4 + size
  return TEXT_FORMAT
}
