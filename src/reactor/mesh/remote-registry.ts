import { RemoteNameError } from './mesh-errors.ts'

/** A function that other cores can call: its name stands for it in messages. */
export interface RemoteTarget {
  readonly name: string
  /** Hash of the name, the same on every core. */
  readonly id: number
  readonly run: (...args: never[]) => unknown
}

const targets = new Map<number, RemoteTarget>()
const listeners = new Set<() => void>()

/**
 * Makes a function known on this core.
 *
 * @throws {RemoteNameError} if the name is taken, or has the hash of another one
 */
export function register(name: string, run: RemoteTarget['run']): RemoteTarget {
  const id = hashOf(name)
  const other = targets.get(id)
  if (other !== undefined) throw new RemoteNameError(name, other.name)
  const target: RemoteTarget = { name, id, run }
  targets.set(id, target)
  for (const listener of listeners) listener()
  return target
}

export function findRemote(id: number): RemoteTarget | undefined {
  return targets.get(id)
}

/** Calls `listener` whenever a function was registered. @returns takes it off again */
export function onRegistered(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The id of a name, by FNV-1a: small, and spread well enough for some hundreds of names. */
export function hashOf(name: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < name.length; i++) sum = Math.imul(sum ^ name.charCodeAt(i), 0x01000193)
  return sum | 0
}
