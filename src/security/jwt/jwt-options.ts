import { OptionError } from '../../core/errors.ts'
import { numberOption, rejectUnknownOptions } from '../../core/options.ts'
import { Schema } from '../../schema/index.ts'
import {
  algorithmsOption,
  type JwtAlgorithm,
  KEY_ALGORITHMS,
  SECRET_ALGORITHMS,
} from './algorithms.ts'
import { type JwksOptions, RemoteKeys } from './remote-keys.ts'
import {
  fittingKeys,
  type JwtPublicKey,
  type JwtSecret,
  type KeySource,
  publicKey,
  secretKeys,
} from './verification-key.ts'

/** The claims of a token, as they come without a schema. @see RFC 7519, section 4.1 */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: unknown
}

export interface JwtOptions<Claims = JwtClaims> {
  /** Of both sides, at least 32 bytes; several for rotation. One of `secret`, `keys`, `jwksUrl`. */
  readonly secret?: JwtSecret | readonly JwtSecret[]
  /** Public keys of the issuer: PEM, `KeyObject` or JWK. */
  readonly keys?: JwtPublicKey | readonly JwtPublicKey[]
  /** Where the issuer publishes its keys: they are fetched, kept, and fetched again when they change. */
  readonly jwksUrl?: string | URL
  readonly jwks?: JwksOptions
  /** Default: `HS256` for a secret, all that the keys can do for others. `none` is never accepted. */
  readonly algorithms?: readonly JwtAlgorithm[]
  /** What `iss` must be; needed with `jwksUrl`. */
  readonly issuer?: string | readonly string[]
  /** What `aud` must name; needed with `jwksUrl`. False: tokens may be for anybody. */
  readonly audience?: string | readonly string[] | false
  /** What `typ` in the header must be: `at+jwt` for access tokens (RFC 9068). */
  readonly type?: string
  /** How far clocks may be apart; default 0. */
  readonly clockToleranceSeconds?: number
  /** Longest time since `iat`; default none. */
  readonly maxAgeSeconds?: number
  /** Claims that have to be there; default `['exp']`. */
  readonly requiredClaims?: readonly string[]
  /** Types and checks the claims; default {@link JwtClaims}. */
  readonly claims?: Schema<Claims>
  /** The time in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

const NAMES = [
  'secret',
  'keys',
  'jwksUrl',
  'jwks',
  'algorithms',
  'issuer',
  'audience',
  'type',
  'clockToleranceSeconds',
  'maxAgeSeconds',
  'requiredClaims',
  'claims',
  'now',
]

/** Every option with its value. */
export interface JwtSettings<Claims> {
  readonly source: KeySource
  readonly algorithms: readonly JwtAlgorithm[]
  readonly issuer: readonly string[] | undefined
  /** Empty: none may be named; undefined: anybody. */
  readonly audience: readonly string[] | undefined
  readonly type: string | undefined
  readonly clockToleranceSeconds: number
  readonly maxAgeSeconds: number | undefined
  readonly requiredClaims: readonly string[]
  readonly claims: Schema<Claims> | undefined
  readonly now: () => number
}

/** @throws {OptionError} on unknown or impossible options */
export function readJwtOptions<Claims>(
  where: string,
  options: JwtOptions<Claims>,
): JwtSettings<Claims> {
  rejectUnknownOptions(where, options, NAMES)
  const { claims, now = Date.now, jwksUrl } = options
  const issuer = textsOption(`${where}.issuer`, options.issuer)
  if (jwksUrl !== undefined) {
    // A server that signs for many would let anybody in who has a token for something else.
    const expected = 'given with jwksUrl'
    if (issuer === undefined) throw new OptionError(`${where}.issuer`, issuer, expected)
    const { audience } = options
    if (audience === undefined) {
      throw new OptionError(`${where}.audience`, audience, `${expected}, or false for any`)
    }
  }
  if (claims !== undefined && !(claims instanceof Schema)) {
    throw new OptionError(`${where}.claims`, claims, 'a schema; wrap others in standard()')
  }
  const { audience = [] } = options
  return {
    ...readKeys(where, options, now),
    issuer,
    audience: audience === false ? undefined : textsOption(`${where}.audience`, audience),
    type: options.type,
    clockToleranceSeconds: numberOption(
      `${where}.clockToleranceSeconds`,
      options.clockToleranceSeconds,
      0,
      0,
      600,
    ),
    maxAgeSeconds:
      options.maxAgeSeconds === undefined
        ? undefined
        : numberOption(`${where}.maxAgeSeconds`, options.maxAgeSeconds, 0, 0),
    requiredClaims: textsOption(`${where}.requiredClaims`, options.requiredClaims) ?? ['exp'],
    claims,
    now,
  }
}

/** Exactly one of three: a secret and a public key must never be taken for each other. */
function readKeys(
  where: string,
  options: JwtOptions<unknown>,
  now: () => number,
): { readonly source: KeySource; readonly algorithms: readonly JwtAlgorithm[] } {
  const { secret, keys, jwksUrl, algorithms: given } = options
  if ([secret, keys, jwksUrl].filter((each) => each !== undefined).length !== 1) {
    throw new OptionError(where, options, 'given one of secret, keys and jwksUrl')
  }
  if (options.jwks !== undefined && jwksUrl === undefined) {
    throw new OptionError(`${where}.jwks`, options.jwks, 'absent without jwksUrl')
  }
  const at = `${where}.algorithms`
  if (secret !== undefined) {
    const algorithms = algorithmsOption(at, given, SECRET_ALGORITHMS, ['HS256'])
    const all = secretKeys(`${where}.secret`, secret, algorithms)
    return { source: { find: (header) => fittingKeys(all, header) }, algorithms }
  }
  const algorithms = algorithmsOption(at, given, KEY_ALGORITHMS, KEY_ALGORITHMS)
  if (jwksUrl !== undefined) {
    return { source: new RemoteKeys(where, jwksUrl, options.jwks ?? {}, now), algorithms }
  }
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly JwtPublicKey[]
  if (list.length === 0) throw new OptionError(`${where}.keys`, list, 'a key, or a list of them')
  const all = list.map((key, index) => publicKey(`${where}.keys[${index}]`, key))
  return { source: { find: (header) => fittingKeys(all, header) }, algorithms }
}

function textsOption(
  where: string,
  given: string | readonly string[] | undefined,
): readonly string[] | undefined {
  if (given === undefined) return undefined
  const list = typeof given === 'string' ? [given] : given
  if (Array.isArray(list) && list.every((each) => typeof each === 'string' && each !== '')) {
    return list
  }
  throw new OptionError(where, given, 'a text, or a list of them')
}
