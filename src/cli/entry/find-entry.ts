import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CliError } from '../errors.ts'

const NAMES = ['app', 'main', 'server', 'index'] as const
const FOLDERS = ['', 'src'] as const
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'] as const

/** Where the app is looked for if nobody says it, in this order. */
const CANDIDATES: readonly string[] = NAMES.flatMap((name) =>
  FOLDERS.flatMap((folder) => EXTENSIONS.map((extension) => join(folder, name + extension))),
)

/**
 * The module that the app is in.
 *
 * Without a name: `fasterapi.entry` or `main` of `package.json`, if there is such a file, or else the
 * first of `app.ts`, `src/app.ts`, `main.ts`, `src/main.ts`, `server.ts` and `index.ts` (or `.js`).
 *
 * @param name - as given on the command line: a file, or a folder in which it is looked for
 * @returns an absolute path
 * @throws {CliError} if there is none
 */
export function findEntry(name: string | undefined, cwd: string = process.cwd()): string {
  const target = resolve(cwd, name ?? '.')
  const found = statSync(target, { throwIfNoEntry: false })
  if (found?.isFile() === true) return target
  if (found === undefined) {
    throw new CliError(`There is no file ${relative(cwd, target) || target}`)
  }
  const named = declaredEntries(target).map((entry) => resolve(target, entry))
  const entry = [...named, ...CANDIDATES.map((candidate) => join(target, candidate))].find(isFile)
  if (entry !== undefined) return entry
  throw new CliError(
    `There is no app in ${target}: give its file, such as 'fasterapi dev src/api.ts', or name it in package.json as "fasterapi": { "entry": "src/api.ts" }`,
  )
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

interface Manifest {
  readonly main?: unknown
  readonly fasterapi?: { readonly entry?: unknown }
}

function declaredEntries(folder: string): string[] {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return []
  let manifest: Manifest
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  } catch (cause) {
    throw new CliError(`${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
  const { main, fasterapi } = manifest
  return [fasterapi?.entry, main].filter((entry) => typeof entry === 'string')
}
