import { Buffer } from 'node:buffer'
import { createPublicKey, createSecretKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import {
  algorithmsOf,
  type JwtAlgorithm,
  SECRET_BYTES,
  type SecretAlgorithm,
} from './algorithms.ts'

/** A secret of at least 32 bytes; a string counts as its UTF-8. */
export type JwtSecret = string | Uint8Array

/** The public key of an issuer: PEM text, a `KeyObject`, or a JWK. */
export type JwtPublicKey = string | KeyObject | JsonWebKey

/** A key with what it may be used for. */
export interface VerificationKey {
  readonly id: string | undefined
  readonly algorithms: readonly JwtAlgorithm[]
  readonly key: KeyObject
}

/** What a token says of the key it was signed with. */
export interface TokenHeader {
  readonly alg?: string
  readonly kid?: string
}

/** Finds the keys a token may have been signed with. */
export interface KeySource {
  /** Empty if there is none. */
  find(header: TokenHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
}

/**
 * The keys that fit: of the algorithm, and of the id if both the token and the key have one.
 *
 * The algorithm belongs to the key and not to the token: a token cannot have a public key taken for a
 * secret (RFC 8725, section 3.1).
 */
export function fittingKeys(
  keys: readonly VerificationKey[],
  { alg, kid }: TokenHeader,
): readonly VerificationKey[] {
  const ofAlgorithm = keys.filter(({ algorithms }) => algorithms.includes(alg as JwtAlgorithm))
  if (kid === undefined) return ofAlgorithm
  return ofAlgorithm.filter(({ id }) => id === undefined || id === kid)
}

/** @throws {OptionError} if there is none, or one is too short for an algorithm */
export function secretKeys(
  where: string,
  given: JwtSecret | readonly JwtSecret[],
  algorithms: readonly SecretAlgorithm[],
): readonly VerificationKey[] {
  const list = typeof given === 'string' || given instanceof Uint8Array ? [given] : given
  if (!Array.isArray(list) || list.length === 0) {
    throw new OptionError(where, list, 'a secret, or a list of them')
  }
  return list.map((each) => ({
    id: undefined,
    algorithms,
    key: secretKey(where, each, algorithms),
  }))
}

function secretKey(
  where: string,
  secret: JwtSecret,
  algorithms: readonly SecretAlgorithm[],
): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
  if (!(bytes instanceof Uint8Array)) throw new OptionError(where, typeof secret, 'text or bytes')
  const least = Math.max(...algorithms.map((algorithm) => SECRET_BYTES[algorithm]))
  if (bytes.length < least) {
    // Its length and never the secret itself: messages end up in logs.
    const expected = `at least ${least} bytes for ${algorithms.join(', ')}`
    throw new OptionError(`${where} length`, bytes.length, expected)
  }
  if (Buffer.from(bytes).includes('-----BEGIN')) {
    throw new OptionError(where, 'a PEM', 'a secret: public keys are no secrets, give them as keys')
  }
  return createSecretKey(bytes)
}

/** @throws {OptionError} if it is no key of a type that tokens are signed with */
export function publicKey(where: string, given: JwtPublicKey): VerificationKey {
  const key = importPublicKey(where, given)
  const possible = algorithmsOf(key)
  const { kid, alg } =
    given instanceof KeyObject || typeof given === 'string' ? {} : jwkFacts(given)
  const algorithms = possible.filter((each) => alg === undefined || each === alg)
  if (algorithms.length > 0) return { id: kid, algorithms, key }
  throw new OptionError(where, key.asymmetricKeyType, 'a key of type RSA, EC or Ed25519')
}

function importPublicKey(where: string, given: JwtPublicKey): KeyObject {
  try {
    if (given instanceof KeyObject) {
      return given.type === 'public' ? given : createPublicKey(given)
    }
    if (typeof given === 'string') return createPublicKey(given)
    return createPublicKey({ key: given, format: 'jwk' })
  } catch {
    // No cause and no value: it may be a secret that was taken for a key.
    throw new OptionError(where, typeof given, 'a public key: PEM, KeyObject or JWK')
  }
}

function jwkFacts(jwk: JsonWebKey): { readonly kid?: string; readonly alg?: string } {
  const { kid, alg } = jwk
  return {
    ...(typeof kid === 'string' ? { kid } : undefined),
    ...(typeof alg === 'string' ? { alg } : undefined),
  }
}
