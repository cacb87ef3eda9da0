import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url))
const MAIN = join(ROOT, 'src/cli/main.ts')

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A command that goes on until it is told to stop. */
export interface RunningCli {
  readonly process: ChildProcess
  /** Both streams so far. */
  readonly output: () => string
  /** Ready when the output matches, fails when it never will. */
  outputs(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<CliResult>
}

const DECIDING = ['NO_COLOR', 'FORCE_COLOR', 'HOST', 'PORT', 'NODE_ENV', 'NODE_TEST_CONTEXT']

/** The environment of the tests without what commands go by. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !DECIDING.includes(name)),
  )
}

/** Starts the command from the sources, with pipes in the place of a terminal. */
export function startCli(argv: readonly string[], options: CliOptions = {}): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: options.cwd ?? ROOT,
    env: { ...neutralEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let look = (): void => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    look()
  })
  const ended = new Promise<CliResult>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  const outputs = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      look = () => {
        const found = pattern.exec(stdout + stderr)
        if (found !== null) resolve(found)
      }
      look()
      void ended.then(() => reject(new Error(`It ended without ${pattern}:\n${stdout}${stderr}`)))
    })
  return { process: child, output: () => stdout + stderr, outputs, ended }
}

/** Runs the command to its end. */
export function cli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(argv, options).ended
}

/** A folder with files in it, which may import this package by its name. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'fasterapi-cli-'))

  constructor(files: Readonly<Record<string, string>>) {
    this.write({ 'package.json': '{ "type": "module" }', ...files })
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text.replaceAll("'fasterapi'", `'${ROOT}src/index.ts'`))
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
