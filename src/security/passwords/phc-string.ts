import { Buffer } from 'node:buffer'
import { PasswordHashError } from '../errors.ts'

/** How scrypt works. @see RFC 7914 */
export interface ScryptParameters {
  readonly algorithm: 'scrypt'
  /** Logarithm of N, the rounds: memory is 128 * r * 2^ln bytes. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

/** How Argon2id works. @see RFC 9106 */
export interface Argon2idParameters {
  readonly algorithm: 'argon2id'
  /** Memory in KiB. */
  readonly m: number
  /** Passes. */
  readonly t: number
  readonly p: number
}

export type HashParameters = ScryptParameters | Argon2idParameters

/** A hash with everything that is needed to check a password against it. */
export interface PasswordHash {
  readonly parameters: HashParameters
  readonly salt: Buffer
  readonly tag: Buffer
}

const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([\w+/-]+)\$([\w+/-]+)$/
const ARGON2ID = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/-]+)\$([\w+/-]+)$/
/** A stored hash must not be able to ask for more memory than this, or to say nothing. */
const MAX_BYTES = 1 << 30
const MIN_SALT_BYTES = 8
const MIN_TAG_BYTES = 16
const MAX_PART_BYTES = 64

/**
 * Reads a hash in PHC string format.
 *
 * @throws {PasswordHashError} if it is of another form or algorithm, or beyond what is reasonable
 * @see https://github.com/P-H-C/phc-string-format
 */
export function parsePhcString(text: string): PasswordHash {
  const scrypt = SCRYPT.exec(text)
  const argon2id = scrypt === null ? ARGON2ID.exec(text) : null
  const [, first, second, third, salt = '', tag = ''] = scrypt ?? argon2id ?? []
  if (first === undefined) throw new PasswordHashError(UNREADABLE)
  const [a, b, p] = [Number(first), Number(second), Number(third)]
  const parameters: HashParameters =
    scrypt === null
      ? { algorithm: 'argon2id', m: a, t: b, p }
      : { algorithm: 'scrypt', ln: a, r: b, p }
  if (!isReasonable(parameters)) {
    throw new PasswordHashError('The stored hash asks for more or less work than is reasonable')
  }
  return { parameters, salt: decode(salt, MIN_SALT_BYTES), tag: decode(tag, MIN_TAG_BYTES) }
}

const UNREADABLE = 'The stored hash is neither $scrypt$ nor $argon2id$v=19$ in PHC string format'

/** The hash as text, without padding, as the format wants it. */
export function formatPhcString({ parameters, salt, tag }: PasswordHash): string {
  const { p } = parameters
  const work =
    parameters.algorithm === 'scrypt'
      ? `scrypt$ln=${parameters.ln},r=${parameters.r},p=${p}`
      : `argon2id$v=19$m=${parameters.m},t=${parameters.t},p=${p}`
  return `$${work}$${encode(salt)}$${encode(tag)}`
}

function isReasonable(parameters: HashParameters): boolean {
  const { p } = parameters
  if (parameters.algorithm === 'argon2id') {
    const { m, t } = parameters
    return p >= 1 && p <= 64 && t >= 1 && t <= 100 && m >= 8 * p && m * 1024 <= MAX_BYTES
  }
  const { ln, r } = parameters
  return ln >= 1 && r >= 1 && p >= 1 && p <= 64 && 128 * r * 2 ** ln <= MAX_BYTES
}

function decode(text: string, minBytes: number): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length >= minBytes && bytes.length <= MAX_PART_BYTES) return bytes
  throw new PasswordHashError(UNREADABLE)
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
