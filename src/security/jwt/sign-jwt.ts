import { createPrivateKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import {
  algorithmsOf,
  algorithmsOption,
  type JwtAlgorithm,
  SECRET_ALGORITHMS,
} from './algorithms.ts'
import { loadJose } from './jose.ts'
import { type JwtSecret, secretKeys } from './verification-key.ts'

export interface SignJwtOptions {
  /** At least 32 bytes; the first of several, so that the list may be that of `jwt()`. */
  readonly secret?: JwtSecret | readonly JwtSecret[]
  /** PEM text, a `KeyObject` or a JWK. One of `secret` and `privateKey`. */
  readonly privateKey?: string | KeyObject | JsonWebKey
  /** Default `HS256`, or the first that the key can be used with: `RS256`, `ES256`, `EdDSA`. */
  readonly algorithm?: JwtAlgorithm
  /** Default 900, a quarter of an hour: nobody can take a token back. */
  readonly expiresInSeconds?: number
  readonly issuer?: string
  readonly audience?: string | readonly string[]
  readonly subject?: string
  /** `jti`, to tell tokens apart. */
  readonly id?: string
  /** `kid` in the header: which of the issuer's keys this is. */
  readonly keyId?: string
  /** `typ` in the header; default `JWT`. */
  readonly type?: string
  /** The time in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

const NAMES = [
  'secret',
  'privateKey',
  'algorithm',
  'expiresInSeconds',
  'issuer',
  'audience',
  'subject',
  'id',
  'keyId',
  'type',
  'now',
]

/**
 * Makes a JSON Web Token of claims, with `iat` and `exp`. Anybody can read them: nothing secret
 * belongs there. Needs the package `jose`.
 *
 * @returns fails with {@link OptionError} on unknown or impossible options, and
 * {@link PackageMissingError}
 */
export function signJwt(
  claims: Readonly<Record<string, unknown>>,
  options: SignJwtOptions,
): Future<string> {
  return Future.from(sign(claims, options))
}

async function sign(
  claims: Readonly<Record<string, unknown>>,
  options: SignJwtOptions,
): Promise<string> {
  const where = 'signJwt()'
  rejectUnknownOptions(where, options, NAMES)
  const { issuer, audience, subject, id, keyId, type = 'JWT', now = Date.now } = options
  const { key, algorithm } = readKey(where, options)
  const life = integerOption(`${where}.expiresInSeconds`, options.expiresInSeconds, 900, 1)
  const issuedAt = Math.floor(now() / 1000)
  const named = { iss: issuer, aud: audience, sub: subject, jti: id }
  const given = Object.entries(named).filter(([, value]) => value !== undefined)
  const { SignJWT } = await loadJose()
  return new SignJWT({
    ...claims,
    ...Object.fromEntries(given),
    iat: issuedAt,
    exp: issuedAt + life,
  })
    .setProtectedHeader({
      alg: algorithm,
      typ: type,
      ...(keyId === undefined ? undefined : { kid: keyId }),
    })
    .sign(key)
}

function readKey(
  where: string,
  { secret, privateKey, algorithm: given }: SignJwtOptions,
): { readonly key: KeyObject; readonly algorithm: JwtAlgorithm } {
  if ((secret === undefined) === (privateKey === undefined)) {
    throw new OptionError(where, undefined, 'given one of secret and privateKey')
  }
  const wanted = given === undefined ? undefined : [given]
  if (secret !== undefined) {
    const [algorithm = 'HS256'] = algorithmsOption(
      `${where}.algorithm`,
      wanted,
      SECRET_ALGORITHMS,
      ['HS256'],
    )
    const [first] = secretKeys(`${where}.secret`, secret, [algorithm])
    return { key: first!.key, algorithm }
  }
  const key = importPrivateKey(`${where}.privateKey`, privateKey!)
  const possible = algorithmsOf(key)
  const [algorithm] = algorithmsOption(`${where}.algorithm`, wanted, possible, possible)
  if (algorithm !== undefined) return { key, algorithm }
  throw new OptionError(`${where}.privateKey`, key.asymmetricKeyType, 'of type RSA, EC or Ed25519')
}

function importPrivateKey(where: string, given: string | KeyObject | JsonWebKey): KeyObject {
  try {
    if (given instanceof KeyObject && given.type === 'private') return given
    if (typeof given === 'string') return createPrivateKey(given)
    return createPrivateKey({ key: given as JsonWebKey, format: 'jwk' })
  } catch {
    // No cause and no value: it is a secret.
    throw new OptionError(where, typeof given, 'a private key: PEM, KeyObject or JWK')
  }
}
