import type { KeyObject } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'

/** With a secret that both sides know. */
export type SecretAlgorithm = 'HS256' | 'HS384' | 'HS512'
/** With a private key that only the issuer has. */
export type KeyAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
/** RFC 7518, section 3.1, and RFC 8037; `none` is none. */
export type JwtAlgorithm = SecretAlgorithm | KeyAlgorithm

/** RFC 7518, section 3.2: a key has at least as many bytes as the hash. */
export const SECRET_BYTES: Readonly<Record<SecretAlgorithm, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
}

const RSA_PSS: readonly KeyAlgorithm[] = ['PS256', 'PS384', 'PS512']
const RSA: readonly KeyAlgorithm[] = ['RS256', 'RS384', 'RS512', ...RSA_PSS]
const EDWARDS: readonly KeyAlgorithm[] = ['EdDSA', 'Ed25519']
const CURVES: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** All that a secret, or a key, may be used with. */
export const SECRET_ALGORITHMS = Object.keys(SECRET_BYTES) as readonly SecretAlgorithm[]
export const KEY_ALGORITHMS: readonly KeyAlgorithm[] = [
  ...RSA,
  ...Object.values(CURVES),
  ...EDWARDS,
]

/** What a key can be used with, by its type alone; nothing for a secret. */
export function algorithmsOf(key: KeyObject): readonly KeyAlgorithm[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return RSA
    case 'rsa-pss':
      return RSA_PSS
    case 'ed25519':
      return EDWARDS
    case 'ec': {
      const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? '']
      return curve === undefined ? [] : [curve]
    }
    default:
      return []
  }
}

/** @throws {OptionError} if the list is empty, or has one that is not allowed here */
export function algorithmsOption<Algorithm extends JwtAlgorithm>(
  where: string,
  given: readonly string[] | undefined,
  allowed: readonly Algorithm[],
  fallback: readonly Algorithm[],
): readonly Algorithm[] {
  if (given === undefined) return fallback
  const expected = `a list of ${allowed.join(', ')}`
  if (!Array.isArray(given) || given.length === 0) throw new OptionError(where, given, expected)
  for (const each of given) {
    if (!allowed.includes(each)) throw new OptionError(where, each, expected)
  }
  return given as readonly Algorithm[]
}
