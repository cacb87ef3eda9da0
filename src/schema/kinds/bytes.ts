import { Buffer } from 'node:buffer'
import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import type { JsonSchema } from '../json-schema.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'
import { plural, quote } from '../text.ts'

export interface BytesOptions extends SchemaInfo<Uint8Array> {
  /** How they stand in JSON and in text; default `base64`. */
  readonly encoding?: 'base64' | 'base64url' | 'hex' | 'utf8'
  readonly minBytes?: number
  readonly maxBytes?: number
}

interface Encoding {
  readonly name: 'base64' | 'base64url' | 'hex' | 'utf8'
  /** The whole text, and one letter of it. */
  readonly pattern: RegExp | undefined
  readonly letter: RegExp
  readonly facts: JsonSchema
}

/** Each letter is matched by one class only, so the time is linear in the text. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  base64: {
    name: 'base64',
    pattern: /^[A-Za-z0-9+/]*={0,2}$/,
    letter: /[A-Za-z0-9+/=]/,
    facts: { contentEncoding: 'base64', contentMediaType: 'application/octet-stream' },
  },
  base64url: {
    name: 'base64url',
    pattern: /^[A-Za-z0-9_-]*={0,2}$/,
    letter: /[A-Za-z0-9_=-]/,
    facts: { contentEncoding: 'base64url', contentMediaType: 'application/octet-stream' },
  },
  hex: {
    name: 'hex',
    pattern: /^[0-9A-Fa-f]*$/,
    letter: /[0-9A-Fa-f]/,
    facts: { contentEncoding: 'base16', contentMediaType: 'application/octet-stream' },
  },
  utf8: { name: 'utf8', pattern: undefined, letter: /./s, facts: { format: 'binary' } },
}

/**
 * Bytes: text in JSON, in base64 unless another encoding is given, a `Uint8Array` in the program.
 * Padding may be left out.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 4648
 */
export function bytes(options: BytesOptions = {}): Schema<Uint8Array> {
  checkSchemaOptions('bytes', options, ['encoding', 'minBytes', 'maxBytes'])
  const encoding = ENCODINGS[options.encoding ?? 'base64']
  if (encoding === undefined) {
    const known = Object.keys(ENCODINGS).join(', ')
    throw new OptionError('bytes().encoding', options.encoding, `one of ${known}`)
  }
  const fits = compileLength(options)
  const checkText = (text: string, issues: Issues): unknown => {
    const value = decode(encoding, text)
    if (value === undefined) return refuse(encoding, text, issues)
    return fits(value, text, issues) ? value : INVALID
  }
  const check = (input: unknown, issues: Issues): unknown => {
    if (typeof input === 'string') return checkText(input, issues)
    if (!(input instanceof Uint8Array)) {
      return issues.add('bytes_type', 'Input should be a valid bytes', input)
    }
    return fits(input, input, issues) ? input : INVALID
  }
  return defineSchema(
    {
      kind: 'bytes',
      check,
      checkText,
      write: (value) => {
        if (!(value instanceof Uint8Array)) throw new SerializationError('is not a Uint8Array')
        assertFits(check, value)
        const { buffer, byteOffset, byteLength } = value
        return quote(Buffer.from(buffer, byteOffset, byteLength).toString(encoding.name))
      },
      toJsonSchema: () => ({ type: 'string', ...encoding.facts }),
    },
    options,
  )
}

function decode({ name, pattern }: Encoding, text: string): Uint8Array | undefined {
  if (pattern?.test(text) === false) return undefined
  if (name === 'hex') return text.length % 2 === 0 ? Buffer.from(text, name) : undefined
  if (pattern === undefined) return Buffer.from(text, name)
  const isPadded = text.endsWith('=')
  const digits = text.replace(/={1,2}$/, '').length
  if (digits % 4 === 1 || (isPadded && text.length % 4 !== 0)) return undefined
  return Buffer.from(text, name)
}

function refuse({ name, letter }: Encoding, text: string, issues: Issues): typeof INVALID {
  const stray = Array.from(text).findIndex((character) => !letter.test(character))
  const error =
    stray >= 0
      ? `Invalid symbol ${Array.from(text)[stray]!.codePointAt(0)}, offset ${stray}.`
      : 'Invalid padding'
  const message = `Data should be valid ${name}: ${error}`
  return issues.add('bytes_invalid_encoding', message, text, {
    encoding: name,
    encoding_error: error,
  })
}

function compileLength({
  minBytes,
  maxBytes,
}: BytesOptions): (value: Uint8Array, input: unknown, issues: Issues) => boolean {
  const min = integerOption('bytes().minBytes', minBytes, 0)
  const max = integerOption('bytes().maxBytes', maxBytes, Number.MAX_SAFE_INTEGER)
  if (min > max) throw new OptionError('bytes().minBytes', min, `at most maxBytes (${max})`)
  return ({ length }, input, issues) => {
    if (length < min) {
      const message = `Data should have at least ${min} byte${plural(min)}`
      issues.add('bytes_too_short', message, input, { min_length: min })
    } else if (length > max) {
      const message = `Data should have at most ${max} byte${plural(max)}`
      issues.add('bytes_too_long', message, input, { max_length: max })
    }
    return length >= min && length <= max
  }
}
