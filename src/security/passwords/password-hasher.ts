import { Buffer } from 'node:buffer'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { LimitError, OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { Future, Semaphore } from '../../future/index.ts'
import { HttpError } from '../../http/index.ts'
import { deriveKey, hasArgon2 } from './derive-key.ts'
import { formatPhcString, type HashParameters, parsePhcString } from './phc-string.ts'

export interface PasswordHasherOptions {
  /** `scrypt` (the default) is on every Node; `argon2id` since 24.7. Both are always verified. */
  readonly algorithm?: 'scrypt' | 'argon2id'
  /** Default `{ ln: 16, r: 8, p: 2 }`: 64 MiB, one of OWASP's choices. */
  readonly scrypt?: { readonly ln?: number; readonly r?: number; readonly p?: number }
  /** Default `{ m: 19_456, t: 2, p: 1 }`: 19 MiB, OWASP's first choice. `m` is in KiB. */
  readonly argon2id?: { readonly m?: number; readonly t?: number; readonly p?: number }
  /** How many are worked on at a time: each takes a thread of the pool, and its memory. Default 2. */
  readonly concurrency?: number
  /** More are answered with 503, so that a flood of logins cannot fill the memory. Default 128. */
  readonly maxWaiting?: number
}

const SALT_BYTES = 16
const TAG_BYTES = 32
/** Longer ones are no passwords, but a way to keep the server busy. */
const MAX_PASSWORD_BYTES = 4096

/**
 * Hashes passwords so that a stolen table of them is of little use: slowly, with much memory, and a
 * salt for each.
 *
 * The work is done on threads of Node's pool, so that the event loop goes on; what comes out says how
 * it was made (PHC string format), so that parameters can be raised later.
 */
export class PasswordHasher {
  readonly #parameters: HashParameters
  readonly #turns: Semaphore
  readonly #maxWaiting: number

  /** @throws {OptionError} on unknown or impossible options, or `argon2id` on a Node that lacks it */
  constructor(options: PasswordHasherOptions = {}) {
    const where = 'new PasswordHasher()'
    rejectUnknownOptions(where, options, [
      'algorithm',
      'scrypt',
      'argon2id',
      'concurrency',
      'maxWaiting',
    ])
    this.#parameters = readParameters(where, options)
    this.#turns = new Semaphore(
      integerOption(`${where}.concurrency`, options.concurrency, 2, 1, 64),
    )
    this.#maxWaiting = integerOption(`${where}.maxWaiting`, options.maxWaiting, 128)
  }

  /**
   * @returns what to store; fails with `OptionError` for an empty password or more than 4096 bytes, and
   * with {@link HttpError} 503 if too many wait
   */
  hash(password: string): Future<string> {
    const bytes = typeof password === 'string' ? Buffer.byteLength(password) : 0
    if (bytes === 0 || bytes > MAX_PASSWORD_BYTES) {
      // Its length and never the password itself: messages end up in logs.
      const expected = `1 to ${MAX_PASSWORD_BYTES} bytes of text`
      return Future.failed(new OptionError('password length', bytes, expected))
    }
    const salt = randomBytes(SALT_BYTES)
    const parameters = this.#parameters
    return this.#derive(password, salt, TAG_BYTES, parameters).then((tag) =>
      formatPhcString({ parameters, salt, tag }),
    )
  }

  /**
   * Compares a password with a stored hash, in a time that does not say how much of it is right.
   *
   * @param hash - `undefined` if there is no such user: takes as long as for one who exists, so that the
   * time does not tell who does
   * @returns fails with {@link PasswordHashError} if the hash cannot be read, and with
   * {@link HttpError} 503 if too many wait
   */
  verify(password: string, hash: string | undefined): Future<boolean> {
    return Future.try(() => {
      if (typeof password !== 'string') {
        throw new OptionError('password', typeof password, 'a string')
      }
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false
      if (hash === undefined) {
        const unknown = Buffer.alloc(SALT_BYTES)
        return this.#derive(password, unknown, TAG_BYTES, this.#parameters).then(() => false)
      }
      const { parameters, salt, tag } = parsePhcString(hash)
      return this.#derive(password, salt, tag.length, parameters).then((key) =>
        timingSafeEqual(key, tag),
      )
    })
  }

  /**
   * Whether a hash was made in another way than this one would make it: hash the password again when
   * its user has logged in.
   *
   * @throws {PasswordHashError} if it cannot be read
   */
  needsRehash(hash: string): boolean {
    const { parameters, salt, tag } = parsePhcString(hash)
    const wanted = Object.entries(this.#parameters)
    const isSame = wanted.every(([name, value]) => parameters[name as 'p'] === value)
    return !isSame || salt.length < SALT_BYTES || tag.length < TAG_BYTES
  }

  #derive(
    password: string,
    salt: Buffer,
    bytes: number,
    parameters: HashParameters,
  ): Future<Buffer> {
    if (this.#turns.available < 1 && this.#turns.waiters >= this.#maxWaiting) {
      const cause = new LimitError('The queue of passwords', this.#maxWaiting)
      const headers = { 'retry-after': '1' }
      return Future.failed(new HttpError(503, 'Too many logins at once', headers, { cause }))
    }
    return this.#turns.with(1, () => deriveKey(password, salt, bytes, parameters))
  }
}

function readParameters(where: string, options: PasswordHasherOptions): HashParameters {
  const { algorithm = 'scrypt', scrypt = {}, argon2id = {} } = options
  rejectUnknownOptions(`${where}.scrypt`, scrypt, ['ln', 'r', 'p'])
  rejectUnknownOptions(`${where}.argon2id`, argon2id, ['m', 't', 'p'])
  if (algorithm === 'scrypt') {
    return {
      algorithm,
      ln: integerOption(`${where}.scrypt.ln`, scrypt.ln, 16, 10, 20),
      r: integerOption(`${where}.scrypt.r`, scrypt.r, 8, 8, 8),
      p: integerOption(`${where}.scrypt.p`, scrypt.p, 2, 1, 16),
    }
  }
  if (algorithm !== 'argon2id' || !hasArgon2) {
    const expected = hasArgon2 ? "'scrypt' or 'argon2id'" : "'scrypt': 'argon2id' needs Node 24.7"
    throw new OptionError(`${where}.algorithm`, algorithm, expected)
  }
  return {
    algorithm,
    m: integerOption(`${where}.argon2id.m`, argon2id.m, 19_456, 7168, 1_048_576),
    t: integerOption(`${where}.argon2id.t`, argon2id.t, 2, 1, 100),
    p: integerOption(`${where}.argon2id.p`, argon2id.p, 1, 1, 64),
  }
}
