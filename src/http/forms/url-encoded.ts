import { Buffer, isUtf8 } from 'node:buffer'
import { HttpError } from '../errors.ts'
import type { FormSettings } from './limits.ts'

/** Name and value of each field, in the order they came. */
export type FormField = readonly [name: string, value: string]

const BROKEN_PERCENT = /%(?![\dA-Fa-f]{2})/

/**
 * Reads an `application/x-www-form-urlencoded` body, as strictly as a sender writes it: malformed
 * percent signs and bytes that are no UTF-8 are refused and not guessed at.
 *
 * @throws {HttpError} 400 if it is malformed, 413 beyond a limit
 * @see WHATWG URL, "application/x-www-form-urlencoded parsing"
 */
export function parseUrlEncoded(bytes: Uint8Array, settings: FormSettings): FormField[] {
  if (!isUtf8(bytes)) throw malformed('it is not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const fields: FormField[] = []
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('&', start)
    const end = found === -1 ? text.length : found
    if (end > start) {
      // Counted before it is read: a megabyte can hold half a million of them.
      if (fields.length === settings.maxFields) {
        throw new HttpError(413, `The form has more than ${settings.maxFields} fields`)
      }
      fields.push(readField(text.slice(start, end), settings))
    }
    start = end + 1
  }
  return fields
}

function readField(pair: string, { maxNameBytes, maxFieldBytes }: FormSettings): FormField {
  const equals = pair.indexOf('=')
  const name = decode(equals === -1 ? pair : pair.slice(0, equals))
  const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
  if (Buffer.byteLength(name) > maxNameBytes) {
    throw new HttpError(413, `The name of a field is longer than ${maxNameBytes} bytes`)
  }
  if (Buffer.byteLength(value) > maxFieldBytes) {
    const detail = `The field ${JSON.stringify(name)} is larger than ${maxFieldBytes} bytes`
    throw new HttpError(413, detail)
  }
  return [name, value]
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  if (BROKEN_PERCENT.test(spaced)) throw malformed('a % is not followed by two hexadecimal digits')
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw malformed('it is not UTF-8')
  }
}

function malformed(reason: string): HttpError {
  return new HttpError(400, `Malformed application/x-www-form-urlencoded: ${reason}`)
}
