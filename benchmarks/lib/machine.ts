import { execFileSync } from 'node:child_process'
import { arch, cpus, platform } from 'node:os'

/** Where and with what a report was measured. Nothing that names the host. */
export interface Machine {
  readonly cpus: number
  readonly cpu: string
  readonly platform: string
  /** Runtime and package versions by name, the contestants' own included. */
  readonly versions: Readonly<Record<string, string>>
  readonly commit: string
  readonly date: string
}

export function describeMachine(versions: Readonly<Record<string, string>>): Machine {
  const processors = cpus()
  return {
    cpus: processors.length,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    platform: `${platform()}-${arch()}`,
    versions: { node: process.version, ...versions },
    commit: commit(),
    date: new Date().toISOString(),
  }
}

/** The short commit, with `+` when the work tree differs from it; `unknown` outside a checkout. */
function commit(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' } as const
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim()
    const changes = execFileSync('git', ['status', '--porcelain', '-uno'], options).trim()
    return changes === '' ? hash : `${hash}+`
  } catch {
    return 'unknown'
  }
}
