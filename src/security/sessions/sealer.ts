import { Buffer } from 'node:buffer'
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import type { CookieKey } from '../../http/index.ts'

const SALT_BYTES = 24
const TAG_BYTES = 16
const KEY_BYTES = 32
const NONCE_BYTES = 12
const MIN_SECRET_BYTES = 32
const INFO = 'fasterapi session'

/**
 * Encrypts texts so that nobody without the secret can read, make or change one: AES-256-GCM, with a
 * key and nonce of its own for each, derived (HKDF-SHA256) from the secret and a random salt, so that no
 * number of texts wears a key out.
 */
export class Sealer {
  readonly #secrets: readonly KeyObject[]
  readonly #purpose: Buffer

  /**
   * @param secrets - several for rotation: the first seals, any opens
   * @param purpose - part of what is sealed: a text cannot be moved to another purpose
   * @throws {OptionError} if there is none, or one is shorter than 32 bytes
   */
  constructor(secrets: CookieKey | readonly CookieKey[], purpose: string) {
    const list = typeof secrets === 'string' || secrets instanceof Uint8Array ? [secrets] : secrets
    if (!Array.isArray(list) || list.length === 0) {
      throw new OptionError('secret', list, 'a secret, or a list of them')
    }
    this.#secrets = list.map(toSecret)
    this.#purpose = Buffer.from(purpose)
  }

  /** base64url of salt, ciphertext and tag. */
  seal(text: string): string {
    const salt = randomBytes(SALT_BYTES)
    const { key, nonce } = derive(this.#secrets[0]!, salt)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(this.#purpose)
    const sealed = [salt, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat(sealed).toString('base64url')
  }

  /** @returns undefined if it was not sealed by one of the secrets, for this purpose */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    // Only one spelling of the bytes is ours.
    if (bytes.length < SALT_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) {
      return undefined
    }
    for (const secret of this.#secrets) {
      const text = this.#openWith(secret, bytes)
      if (text !== undefined) return text
    }
    return undefined
  }

  #openWith(secret: KeyObject, bytes: Buffer): string | undefined {
    const { key, nonce } = derive(secret, bytes.subarray(0, SALT_BYTES))
    const options = { authTagLength: TAG_BYTES }
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options).setAAD(this.#purpose)
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = decipher.update(bytes.subarray(SALT_BYTES, -TAG_BYTES), undefined, 'utf8')
    try {
      return text + decipher.final('utf8')
    } catch {
      // The tag does not fit: not ours, or not unchanged.
      return undefined
    }
  }
}

function derive(secret: KeyObject, salt: Buffer): { readonly key: Buffer; readonly nonce: Buffer } {
  const bytes = Buffer.from(hkdfSync('sha256', secret, salt, INFO, KEY_BYTES + NONCE_BYTES))
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) }
}

function toSecret(secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
  const expected = `a secret of at least ${MIN_SECRET_BYTES} bytes`
  if (!(bytes instanceof Uint8Array)) throw new OptionError('secret', typeof bytes, expected)
  // Its length and never the secret itself: messages end up in logs.
  if (bytes.length < MIN_SECRET_BYTES)
    throw new OptionError('secret length', bytes.length, expected)
  return createSecretKey(bytes)
}
