import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { SettingsError } from './errors.ts'

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where values come from. */
export interface Source {
  /** For messages: `the environment`, `.env`. */
  readonly name: string
  readonly values: Environment
}

/**
 * The files of `NAME=value` lines, the last one first, for it goes before the others. One that is not
 * there is no source.
 *
 * @throws {SettingsError} if one is there and cannot be read
 */
export function envFileSources(files: readonly string[]): Source[] {
  return files.toReversed().flatMap((file) => {
    const text = readIfThere(file, () => readFileSync(file, 'utf8'))
    return text === undefined ? [] : [{ name: file, values: parseEnv(text) }]
  })
}

/**
 * The files of a folder, each the value of the setting it is named after, as Docker and Kubernetes
 * mount secrets. The line end at the end of a file is not part of the value.
 *
 * @throws {SettingsError} if the folder, or one of the files that are wanted, cannot be read
 */
export function secretsSource(directory: string, wanted: readonly string[]): Source {
  const present = readIfThere(directory, () => readdirSync(directory)) ?? []
  const values: Record<string, string> = {}
  for (const file of present) {
    const name = wanted.find((each) => each === file || each.toLowerCase() === file)
    if (name === undefined) continue
    const path = join(directory, file)
    const text = readIfThere(path, () => readFileSync(path, 'utf8'))
    if (text !== undefined) values[name] = text.replace(/\r?\n$/, '')
  }
  return { name: directory, values }
}

function readIfThere<Content>(path: string, read: () => Content): Content | undefined {
  try {
    return read()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new SettingsError([
      { name: path, message: `cannot be read: ${message}`, source: undefined },
    ])
  }
}
