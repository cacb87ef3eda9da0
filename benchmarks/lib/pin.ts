import { accessSync, constants } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'

/** The core of the measured server, and the core of the load generator. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

/** Absolute path of a program on PATH; `undefined` if it is not installed. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}

/** Prefixes a command so that it runs on one core only, where the system can do that. */
export function pinned(
  core: number,
  command: readonly [string, ...string[]],
): [string, ...string[]] {
  const taskset = availableParallelism() > core ? findProgram('taskset') : undefined
  return taskset === undefined ? [...command] : [taskset, '-c', String(core), ...command]
}
