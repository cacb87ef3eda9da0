import { Buffer } from 'node:buffer'
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'

/** A shorter key is easier to guess than the signature. */
const MIN_KEY_BYTES = 32
const MAC_BYTES = 32
const SIGNED = /^([\w-]*)\.([\w-]{43})$/

/** A secret of at least 32 bytes; a string counts as its UTF-8. */
export type CookieKey = string | Uint8Array

/**
 * Signs cookies, so that a client can read but not make or change them.
 *
 * A signed value is `base64url(value).base64url(HMAC-SHA256)`. The name is part of what is signed:
 * a value cannot be moved to another cookie. It says nothing about time: put an expiry into the
 * value if an old one must not be used again.
 */
export class CookieSigner {
  readonly #keys: readonly KeyObject[]

  /**
   * @param keys - one secret, or several for rotation: the first signs, any verifies
   * @throws {OptionError} if there is none, or one is shorter than 32 bytes
   */
  constructor(keys: CookieKey | readonly CookieKey[]) {
    const list = typeof keys === 'string' || keys instanceof Uint8Array ? [keys] : keys
    if (!Array.isArray(list) || list.length === 0) {
      throw new OptionError('new CookieSigner() keys', list, 'a secret, or a list of them')
    }
    this.#keys = list.map(toKey)
  }

  /** The value to send: any text becomes one that cookies can hold. */
  sign(name: string, value: string): string {
    const payload = Buffer.from(value, 'utf8').toString('base64url')
    return `${payload}.${mac(this.#keys[0]!, name, payload).toString('base64url')}`
  }

  /**
   * The value that was signed under this name.
   *
   * @returns undefined if it was not, or by a key that is no longer here
   */
  verify(name: string, signed: string): string | undefined {
    const [, payload, signature] = SIGNED.exec(signed) ?? []
    if (payload === undefined || signature === undefined) return undefined
    const given = Buffer.from(signature, 'base64url')
    // 43 characters hold two bits more than 32 bytes; only one spelling of them is ours.
    if (given.length !== MAC_BYTES || given.toString('base64url') !== signature) return undefined
    const isOurs = this.#keys.some((key) => timingSafeEqual(given, mac(key, name, payload)))
    return isOurs ? Buffer.from(payload, 'base64url').toString('utf8') : undefined
  }
}

/** A name has no `=`, so name and payload cannot be cut in another way. */
function mac(key: KeyObject, name: string, payload: string): Buffer {
  return createHmac('sha256', key).update(`${name}=${payload}`).digest()
}

function toKey(key: unknown, index: number): KeyObject {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : key
  const where = `new CookieSigner() keys[${index}]`
  const expected = `a secret of at least ${MIN_KEY_BYTES} bytes`
  if (!(bytes instanceof Uint8Array)) throw new OptionError(where, bytes, expected)
  if (bytes.length < MIN_KEY_BYTES) {
    // Its length and never the key itself: messages end up in logs.
    throw new OptionError(`${where}.length`, bytes.length, expected)
  }
  return createSecretKey(bytes)
}
