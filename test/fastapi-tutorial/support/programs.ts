import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../../../src/index.ts'
import type { Recording } from './recording.ts'

const RECORDINGS = path.join(import.meta.dirname, '../recordings')
const EXAMPLES = path.join(import.meta.dirname, '../../../examples/fastapi-tutorial')

/** Every recording whose program is written, in the order of the names. */
export function recordings(): Recording[] {
  return readdirSync(RECORDINGS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(path.join(RECORDINGS, name), 'utf8')) as Recording)
}

export function isWritten(program: string): boolean {
  return existsSync(programFile(program))
}

/** A fresh instance of the program: what it keeps in variables begins anew. */
export async function loadProgram(program: string): Promise<App> {
  const url = pathToFileURL(programFile(program))
  url.search = `instance=${instances++}`
  return ((await import(url.href)) as { readonly app: App }).app
}

let instances = 0

function programFile(program: string): string {
  return path.join(EXAMPLES, `${program}.ts`)
}
