import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { PgProtocolError } from '../errors.ts'

/** A hostile server could ask for billions of rounds and stop the event loop; PostgreSQL's default is 4096. */
const MAX_ITERATIONS = 100_000

/**
 * The client's half of SCRAM-SHA-256, without channel binding.
 *
 * @see RFC 5802, section 3; RFC 7677
 */
export class ScramSha256 {
  readonly #password: string
  readonly #nonce: string
  #serverSignature: Buffer | undefined

  /** @param nonce - printable, without comma; a random one by default */
  constructor(password: string, nonce: string = randomBytes(18).toString('base64')) {
    // SASLprep's visible part for what people type; RFC 4013, section 2.2.
    this.#password = password.normalize('NFKC')
    this.#nonce = nonce
  }

  /** The client-first message. PostgreSQL takes the user name from the startup message. */
  get firstMessage(): string {
    return `n,,${this.#firstBare}`
  }

  get #firstBare(): string {
    return `n=,r=${this.#nonce}`
  }

  /**
   * Answers the server-first message.
   *
   * @throws {PgProtocolError} on a foreign nonce, or an iteration count that is none or too high
   */
  finalMessage(serverFirst: string): string {
    const attributes = parseAttributes(serverFirst)
    const nonce = attributes.get('r') ?? ''
    const salt = Buffer.from(attributes.get('s') ?? '', 'base64')
    const iterations = Number(attributes.get('i'))
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw new PgProtocolError('SCRAM: the server did not extend our nonce')
    }
    if (salt.length === 0) throw new PgProtocolError('SCRAM: the server sent no salt')
    if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new PgProtocolError(
        `SCRAM: iteration count ${iterations} is not from 1 to ${MAX_ITERATIONS}`,
      )
    }
    const salted = pbkdf2Sync(this.#password, salt, iterations, 32, 'sha256')
    const clientKey = hmac(salted, 'Client Key')
    const withoutProof = `c=biws,r=${nonce}`
    const signed = `${this.#firstBare},${serverFirst},${withoutProof}`
    const signature = hmac(createHash('sha256').update(clientKey).digest(), signed)
    const proof = clientKey.map((byte, index) => byte ^ (signature[index] as number))
    this.#serverSignature = hmac(hmac(salted, 'Server Key'), signed)
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`
  }

  /**
   * Checks that the server knows the password too.
   *
   * @throws {PgProtocolError} when it does not
   */
  verify(serverFinal: string): void {
    const sent = Buffer.from(parseAttributes(serverFinal).get('v') ?? '', 'base64')
    const expected = this.#serverSignature
    if (
      expected === undefined ||
      sent.length !== expected.length ||
      !timingSafeEqual(sent, expected)
    ) {
      throw new PgProtocolError('SCRAM: the server could not prove that it knows the password')
    }
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function parseAttributes(message: string): Map<string, string> {
  return new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
