import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './args.ts'
import { BENCHMARKS, installPeers, peerFile } from './peers.ts'

const ROOT = join(BENCHMARKS, '..')

/** The Node majors a benchmark can run on; `package.json` here brings those that are not the repository's own. */
export const NODE_MAJORS: readonly number[] = [22, 24, 26]

/** The major of the Node that the repository works with: its reports bear no number. */
export const HOME_MAJOR: number = readHomeMajor()

/**
 * Path of the program of a Node major, which is installed with the peers if it is not at hand.
 *
 * @throws {UsageError} if it is none of {@link NODE_MAJORS}
 */
export function nodeProgram(major: number): string {
  if (!NODE_MAJORS.includes(major)) {
    throw new UsageError(`There is no Node ${major} to run on, only ${NODE_MAJORS.join(', ')}`)
  }
  if (major === runningMajor()) return process.execPath
  const home = join(ROOT, 'node_modules', 'node', 'bin', 'node')
  if (major === HOME_MAJOR && existsSync(home)) return home
  installPeers()
  return peerFile(`node${major}`, 'bin', 'node')
}

/** Name of a suite's report, without extension: `futures`, or `futures-node22` from another Node. */
export function reportName(suite: string, major: number = runningMajor()): string {
  return major === HOME_MAJOR ? suite : `${suite}-node${major}`
}

function runningMajor(): number {
  return Number.parseInt(process.versions.node, 10)
}

function readHomeMajor(): number {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8')
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(text)
  return Number.parseInt(devDependencies['node'] ?? '', 10)
}
