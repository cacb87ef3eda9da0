import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { App } from '../../../src/index.ts'
import type { Exchange, Recording } from './recording.ts'

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

/**
 * A fresh instance of the program: what it keeps in variables begins anew.
 *
 * @param env - set while the program is read
 */
export async function loadProgram(program: string, env: Exchange['env'] = {}): Promise<App> {
  const url = pathToFileURL(programFile(program))
  url.search = `instance=${instances++}`
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, env)
  try {
    return ((await import(url.href)) as { readonly app: App }).app
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

let instances = 0

function programFile(program: string): string {
  return path.join(EXAMPLES, `${program}.ts`)
}
