import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the sources, for `import`s of a program. */
export const SOURCES = new URL('../../src/', import.meta.url).href

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface Ending {
  /** What it wrote, without the notice of the debug mode. */
  readonly stdout: string
  readonly stderr: string
  /** Null if it had to be killed. */
  readonly status: number | null
  readonly ms: number
}

/** Runs `code`, a module, in a process of its own. */
export function runProgram(code: string, timeoutMs = 20_000): Ending {
  const startMs = performance.now()
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', code],
    { cwd: ROOT, encoding: 'utf8', timeout: timeoutMs },
  )
  return { stdout, stderr, status, ms: performance.now() - startMs }
}
