import { Future } from '../../future/index.ts'
import { ValidationError } from '../../schema/index.ts'
import { JwtError } from '../errors.ts'
import type { JwtAlgorithm } from './algorithms.ts'
import { loadJose } from './jose.ts'
import { type JwtClaims, type JwtOptions, type JwtSettings, readJwtOptions } from './jwt-options.ts'
import type { TokenHeader, VerificationKey } from './verification-key.ts'

/** Longer ones are not looked at. */
const MAX_TOKEN_LENGTH = 16_384
/** Keys without an id that a token is tried with. */
const MAX_TRIALS = 8

type Jose = Awaited<ReturnType<typeof loadJose>>

/** Checks JSON Web Tokens; for requests, {@link jwt} makes a dependency of it. @see RFC 8725 */
export class JwtVerifier<Claims = JwtClaims> {
  readonly #settings: JwtSettings<Claims>

  /** @throws {OptionError} on unknown or impossible options */
  constructor(options: JwtOptions<Claims>) {
    this.#settings = readJwtOptions('new JwtVerifier()', options)
  }

  /**
   * Checks signature, time and claims.
   *
   * @returns fails with {@link JwtError} for a token that is not to be trusted, {@link JwtKeysError} if
   * there are no keys to check it with, {@link PackageMissingError} without the package `jose`
   */
  verify(token: string): Future<Claims> {
    return Future.from(this.#verify(token))
  }

  async #verify(token: string): Promise<Claims> {
    const jose = await loadJose()
    const header = readHeader(jose, token)
    const { algorithms, source } = this.#settings
    if (!algorithms.includes(header.alg as JwtAlgorithm)) {
      throw new JwtError('algorithm', 'The algorithm of the token is not accepted')
    }
    const keys = await source.find(header)
    if (keys.length === 0) throw new JwtError('key', 'The token was signed with an unknown key')
    return this.#check(await this.#tryKeys(jose, token, keys))
  }

  async #tryKeys(jose: Jose, token: string, keys: readonly VerificationKey[]): Promise<JwtClaims> {
    const { issuer, audience, type, clockToleranceSeconds, maxAgeSeconds } = this.#settings
    const options = {
      requiredClaims: [...this.#settings.requiredClaims],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(this.#settings.now()),
      ...(issuer === undefined ? undefined : { issuer: [...issuer] }),
      ...(audience === undefined || audience.length === 0
        ? undefined
        : { audience: [...audience] }),
      ...(type === undefined ? undefined : { typ: type }),
      ...(maxAgeSeconds === undefined ? undefined : { maxTokenAge: maxAgeSeconds }),
    }
    for (const { key, algorithms } of keys.slice(0, MAX_TRIALS)) {
      try {
        const all = { ...options, algorithms: [...algorithms] }
        return (await jose.jwtVerify(token, key, all)).payload
      } catch (error) {
        if (error instanceof jose.errors.JWSSignatureVerificationFailed) continue
        throw problemOf(jose, error)
      }
    }
    throw new JwtError('signature', 'The signature of the token is wrong')
  }

  #check(payload: JwtClaims): Claims {
    const { audience, claims } = this.#settings
    if (audience?.length === 0 && payload.aud !== undefined) {
      // RFC 7519, section 4.1.3: who is not named must refuse it.
      throw new JwtError('claims', 'The token is meant for somebody else')
    }
    if (claims === undefined) return payload as Claims
    try {
      return claims.parse(payload)
    } catch (cause) {
      if (!(cause instanceof ValidationError)) throw cause
      throw new JwtError('claims', 'The claims of the token are not as expected', { cause })
    }
  }
}

function readHeader(jose: Jose, token: string): TokenHeader {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw malformed()
  try {
    return jose.decodeProtectedHeader(token)
  } catch (cause) {
    throw malformed(cause)
  }
}

function malformed(cause?: unknown): JwtError {
  return new JwtError('malformed', 'The token is malformed', { cause })
}

/** What a failure of jose says of the token; anything else is no failure of the token. */
function problemOf({ errors }: Jose, error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new JwtError('expired', 'The token has expired', { cause: error })
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new JwtError('claims', `The claim ${error.claim} of the token does not fit`, {
      cause: error,
    })
  }
  if (error instanceof errors.JOSEError) return malformed(error)
  // Keys that are too weak, such as RSA of less than 2048 bits, are a TypeError.
  return new JwtError('key', 'The token cannot be checked with its key', { cause: error })
}
