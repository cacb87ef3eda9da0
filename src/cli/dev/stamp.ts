import { statSync } from 'node:fs'

/** Another text whenever a file was written; undefined if there is none. */
export function stampOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? undefined : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}
