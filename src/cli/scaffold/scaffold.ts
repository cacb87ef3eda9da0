import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from '../errors.ts'

/** Where the templates are, in the sources as in the package. */
const TEMPLATES = fileURLToPath(new URL('../../../templates/', import.meta.url))

type Template = 'api' | 'postgres'

export interface ScaffoldOptions {
  /** Absolute path of the folder to be made. */
  readonly folder: string
  /** Of the package. */
  readonly name: string
  /** Of this package. */
  readonly version: string
  /** A later one has files in the place of those before. */
  readonly templates: readonly Template[]
}

/**
 * Writes a new project.
 *
 * @returns the files, relative to the folder, sorted
 * @throws {CliError} if there is something in the folder, or it cannot be written
 */
export function scaffold({ folder, name, version, templates }: ScaffoldOptions): string[] {
  assertEmpty(folder)
  const values = { name, version, title: titleOf(name) }
  const files = new Map<string, string>()
  for (const template of templates) {
    for (const [file, text] of readTemplate(template)) files.set(file, fill(text, values))
  }
  try {
    for (const [file, text] of files) {
      const path = join(folder, file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
  } catch (cause) {
    throw new CliError(`${folder} cannot be written: ${(cause as Error).message}`, { cause })
  }
  return [...files.keys()].toSorted()
}

/** What may stand in the folder of a project that has not begun. */
const HARMLESS = new Set(['.git', '.DS_Store'])

function assertEmpty(folder: string): void {
  let found: string[] = []
  try {
    found = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new CliError(`${folder} is no folder that can be used`, { cause: error })
  }
  const inTheWay = found.filter((file) => !HARMLESS.has(file))
  if (inTheWay.length > 0) {
    throw new CliError(`${folder} is not empty: it has ${inTheWay.slice(0, 3).join(', ')}`)
  }
}

function readTemplate(template: Template): [file: string, text: string][] {
  const root = join(TEMPLATES, template)
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      // Packages leave out files of these names, or change them.
      const file = join(parentPath.slice(root.length), targetName(name)).replace(/^[/\\]/, '')
      return [file, readFileSync(path, 'utf8')]
    })
}

function targetName(name: string): string {
  const [, rest] = /^_(.+)$/.exec(name) ?? []
  if (rest === undefined) return name
  return rest.endsWith('.json') ? rest : `.${rest}`
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole)
}

/** `my-shop` is called My Shop. */
function titleOf(name: string): string {
  return name
    .split(/[-._]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
