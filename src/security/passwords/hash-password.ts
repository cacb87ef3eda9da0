import type { Future } from '../../future/index.ts'
import { PasswordHasher } from './password-hasher.ts'

/** One for all of a thread: its bounds are of what all logins may take. */
const hasher = new PasswordHasher()

/**
 * Hashes a password with scrypt, 64 MiB each, two at a time; a {@link PasswordHasher} for another way.
 *
 * @returns what to store; fails as {@link PasswordHasher.hash} does
 */
export function hashPassword(password: string): Future<string> {
  return hasher.hash(password)
}

/**
 * Compares a password with what {@link hashPassword}, or any other maker of `$scrypt$` and
 * `$argon2id$` hashes, has made of it.
 *
 * @param hash - `undefined` if there is no such user, which takes as long
 * @returns fails as {@link PasswordHasher.verify} does
 */
export function verifyPassword(password: string, hash: string | undefined): Future<boolean> {
  return hasher.verify(password, hash)
}

/**
 * Whether {@link hashPassword} would make another hash today: hash the password again at the login.
 *
 * @throws {PasswordHashError} if it cannot be read
 */
export function needsRehash(hash: string): boolean {
  return hasher.needsRehash(hash)
}
