import type { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import { Future } from '../../future/index.ts'
import { PasswordHashError } from '../errors.ts'
import type { HashParameters } from './phc-string.ts'

/** Whether this Node has Argon2: since 24.7. */
export const hasArgon2: boolean = typeof crypto.argon2 === 'function'

/**
 * Turns a password into a key, on a thread of the pool of Node.
 *
 * @returns fails with {@link PasswordHashError} for Argon2id on a Node that lacks it
 */
export function deriveKey(
  password: string,
  salt: Buffer,
  bytes: number,
  parameters: HashParameters,
): Future<Buffer> {
  const { future, resolve, reject } = Future.withResolvers<Buffer>()
  const done = (error: Error | null, key: Buffer): void => {
    enterCallback()
    if (error === null) resolve(key)
    else reject(error)
    leaveCallback()
  }
  if (parameters.algorithm === 'scrypt') {
    const { ln, r, p } = parameters
    const N = 2 ** ln
    // Node refuses what needs more than maxmem; OpenSSL adds a little to the memory of the rounds.
    const maxmem = 128 * r * (N + p + 2) + 1024
    crypto.scrypt(password, salt, bytes, { N, r, p, maxmem }, done)
  } else if (hasArgon2) {
    const { m: memory, t: passes, p: parallelism } = parameters
    const options = {
      message: password,
      nonce: salt,
      parallelism,
      tagLength: bytes,
      memory,
      passes,
    }
    crypto.argon2('argon2id', options, done)
  } else {
    return Future.failed(
      new PasswordHashError(`Argon2id needs Node 24.7 or later, this is ${process.versions.node}`),
    )
  }
  return future
}
