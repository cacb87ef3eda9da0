import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { SessionStore } from './session-store.ts'

/** What sessions need of a connection to Redis: a client of `ioredis` is one. */
export interface RedisSessionClient {
  get(key: string): Promise<string | null>
  set(key: string, value: string, unit: 'PX', ms: number, when: 'NX'): Promise<unknown>
  set(key: string, value: string, unit: 'PX', ms: number, when: 'XX'): Promise<unknown>
  del(key: string): Promise<unknown>
}

export interface RedisSessionStoreOptions {
  /** Put in front of each key; default `fasterapi:session:`. */
  readonly prefix?: string
}

/**
 * Sessions in Redis, which forgets them when their time is over.
 *
 * @param client - a client of `ioredis`, or what can do the same; yours to close
 * @throws {OptionError} on unknown or impossible options
 */
export function redisSessionStore(
  client: RedisSessionClient,
  options: RedisSessionStoreOptions = {},
): SessionStore {
  rejectUnknownOptions('redisSessionStore()', options, ['prefix'])
  if (typeof client?.get !== 'function' || typeof client.set !== 'function') {
    throw new OptionError('redisSessionStore()', client, 'a client such as new Redis()')
  }
  const { prefix = 'fasterapi:session:' } = options
  return {
    load: (key) => client.get(prefix + key).then((record) => record ?? undefined),
    create: (key, record, expiresAtMs) =>
      client.set(prefix + key, record, 'PX', lifeOf(expiresAtMs), 'NX'),
    update: (key, record, expiresAtMs) =>
      client
        .set(prefix + key, record, 'PX', lifeOf(expiresAtMs), 'XX')
        .then((answer) => answer !== null),
    delete: (key) => client.del(prefix + key),
  }
}

/** In milliseconds; Redis takes none below one. */
function lifeOf(expiresAtMs: number): number {
  return Math.max(1, Math.ceil(expiresAtMs - Date.now()))
}
