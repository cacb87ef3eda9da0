import type { Eventual } from '../../future/index.ts'

/**
 * Where sessions are kept. Keys are hashes: who can read a store cannot take over its sessions.
 *
 * A session that was deleted must stay so: `update` never brings one back, or a request that is still
 * under way would undo a logout.
 */
export interface SessionStore {
  /** @returns undefined if there is none, or its time is over */
  load(key: string): Eventual<string | undefined>
  /** @param expiresAtMs - milliseconds since 1970 */
  create(key: string, record: string, expiresAtMs: number): Eventual<unknown>
  /** @returns false if it is no longer there */
  update(key: string, record: string, expiresAtMs: number): Eventual<boolean>
  delete(key: string): Eventual<unknown>
}

/** @returns whether a value has what is needed of a store */
export function isSessionStore(value: unknown): value is SessionStore {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Record<string, unknown>
  return ['load', 'create', 'update', 'delete'].every((name) => typeof members[name] === 'function')
}
