import { Buffer } from 'node:buffer'
import { deserialize, serialize } from 'node:v8'
import { type MessagePort, workerData } from 'node:worker_threads'
import type { MeshMemory } from './mesh/mesh-memory.ts'

/** What a reactor is told when its thread or process starts. */
export interface Boot {
  /** Core id, from 0. */
  readonly id: number
  /** Reactors in all. */
  readonly count: number
  /** How often the reactor of this core was replaced. */
  readonly generation: number
  /** From the supervisor's code to the reactor's; plain data. */
  readonly setup: unknown
  /** Shared with the supervisor, for numbers; threads only. */
  readonly memory?: SharedArrayBuffer
  /** For calls between cores; threads only. */
  readonly mesh?: MeshMemory
  /** Numbers of all reactors; threads only. */
  readonly stats?: SharedArrayBuffer
  /** To the supervisor; threads only. */
  readonly port?: MessagePort
}

/** Under this name a thread finds its {@link Boot} in its `workerData`. */
export const BOOT_KEY = 'fasterapi:reactor'

/** Under this name a process finds its {@link Boot} in the environment, serialized, in Base64. */
export const BOOT_VARIABLE = 'FASTERAPI_REACTOR'

/** Who this thread is in a group of reactors; undefined for a thread that no supervisor started. */
export const boot: Boot | undefined = readBoot()

function readBoot(): Boot | undefined {
  const data: unknown = workerData
  if (typeof data === 'object' && data !== null && BOOT_KEY in data) return data[BOOT_KEY] as Boot
  const text = process.env[BOOT_VARIABLE]
  return text === undefined ? undefined : (deserialize(Buffer.from(text, 'base64')) as Boot)
}

/** @returns the text of {@link BOOT_VARIABLE} */
export function bootText(me: Boot): string {
  return serialize(me).toString('base64')
}
