import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { type CookieKey, CookieSigner } from '../../http/index.ts'
import { timingSafeEqual } from '../timing-safe-equal.ts'

const NONCE_BYTES = 18

/**
 * Tokens that only we can make, each for one session: random bytes with an HMAC of them and the
 * session's id.
 *
 * @see OWASP, Cross-Site Request Forgery Prevention Cheat Sheet, "Signed Double-Submit Cookie"
 */
export class CsrfTokens {
  readonly #signer: CookieSigner

  /** @throws {OptionError} if a secret is shorter than 32 bytes */
  constructor(secret: CookieKey | readonly CookieKey[]) {
    this.#signer = new CookieSigner(secret)
  }

  /** @param binding - id of the session; empty for a client without one */
  make(binding: string): string {
    return this.#signer.sign(purpose(binding), randomBytes(NONCE_BYTES).toString('base64url'))
  }

  isFor(binding: string, token: string | undefined): token is string {
    return token !== undefined && this.#signer.verify(purpose(binding), token) !== undefined
  }

  /** Whether what a page has sent is what its cookie says, and both are for this session. */
  isProven(binding: string, sent: string | undefined, cookie: string | undefined): boolean {
    return this.isFor(binding, cookie) && sent !== undefined && timingSafeEqual(sent, cookie)
  }
}

/** Nothing else is signed under such a name: a cookie's has no `/`. */
function purpose(binding: string): string {
  return `csrf/${Buffer.from(binding).toString('base64url')}`
}
