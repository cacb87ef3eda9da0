import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { progress } from './progress.ts'

export const BENCHMARKS: string = join(import.meta.dirname, '..')
const MODULES = join(BENCHMARKS, 'node_modules')
/** npm writes this file last, so it stands for a finished install. */
const INSTALLED = join(MODULES, '.package-lock.json')

/** Path of a file the peers' own packages brought. */
export function peerFile(...path: string[]): string {
  return join(MODULES, ...path)
}

/** The version of an installed peer. */
export function peerVersion(name: string): string {
  const text = readFileSync(peerFile(name, 'package.json'), 'utf8')
  const { version }: { version: string } = JSON.parse(text)
  return version
}

/**
 * Installs the peers into `benchmarks/node_modules` on first use, and when others are asked for.
 *
 * @throws {Error} if npm fails
 */
export function installPeers(): void {
  if (existsSync(INSTALLED) && areCurrent()) return
  progress('installing the peers into benchmarks/node_modules (npm ci, about 1 GB, once) ...')
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: BENCHMARKS,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error('npm ci in benchmarks/ failed: the peers cannot be measured')
}

/** Whether each peer of `package.json`, all of exact versions, is there in that version. */
function areCurrent(): boolean {
  const text = readFileSync(join(BENCHMARKS, 'package.json'), 'utf8')
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(text)
  return Object.entries(dependencies).every(([name, wanted]) => {
    // Of an alias, `npm:node@20.19.5`, what stands behind the last `@`.
    const version = wanted.slice(wanted.lastIndexOf('@') + 1)
    return existsSync(peerFile(name, 'package.json')) && peerVersion(name) === version
  })
}
