import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')

const HEAD = `import { App, array, body, dep, get, header, int, object, path, query, reply, router, str } from '${ROOT}/src/index.ts'
export const app = new App()
export const User = object({ id: int(), name: str() })
export const use = { array, body, dep, get, header, path, query, reply, router }
`

interface Mistake {
  readonly name: string
  readonly program: string
  /** What the compiler says, among more. */
  readonly says: readonly string[]
}

/** What users get wrong, with the words that help them. */
const MISTAKES: readonly Mistake[] = [
  {
    name: 'a path() that the pattern lacks',
    program: `app.get('/a', { in: { id: path(int()) } }, () => 1)`,
    says: [`'/a' has no parameter {id}`],
  },
  {
    name: 'an answer that lacks a key',
    program: `app.get('/b', { out: { 200: User } }, () => ({ id: 1 }))`,
    says: [`Property 'name' is missing in type '{ id: number; }'`],
  },
  {
    name: 'an answer that lacks a key, later',
    program: `app.get('/b', { out: { 200: User } }, async () => ({ id: 1 }))`,
    says: [`Property 'name' is missing in type '{ id: number; }'`],
  },
  {
    name: 'a key of another type',
    program: `app.get('/c', { out: { 200: User } }, () => ({ id: '1', name: 'a' }))`,
    says: [`Type 'string' is not assignable to type 'number'`],
  },
  {
    name: 'a status that is not declared',
    program: `app.get('/d', { out: { 200: User } }, () => reply(404, { detail: 'x' }))`,
    says: [`Type 'Reply<404, { detail: string; }>' is not assignable`],
  },
  {
    name: 'a reply with another body',
    program: `app.get('/d', { out: { 200: User, 404: object({ detail: str() }) } }, () => reply(404, { message: 'x' }))`,
    says: [`Property 'detail' is missing in type '{ message: string; }'`],
  },
  {
    name: 'an input that is not declared',
    program: `app.get('/e', { in: { q: query(str()) } }, ({ p }) => p)`,
    says: [`Property 'p' does not exist`],
  },
  {
    name: 'a parameter that the pattern lacks',
    program: `app.get('/users/{id:int}', ({ name }) => name)`,
    says: [`Property 'name' does not exist`, '/users/{id:int}'],
  },
  {
    name: 'a class of JavaScript in the place of a schema',
    program: `app.get('/f', { in: { q: query(String) } }, () => 1)`,
    says: [`in type 'StringConstructor' but required in type 'StandardSchema`],
  },
  {
    name: 'a schema in the place of an input',
    program: `app.get('/l', { in: { q: str() } }, () => 1)`,
    says: [`is missing in type 'Schema<string`],
  },
  {
    name: 'an option of a route that does not exist',
    program: `app.get('/g', { inputs: { q: query(str()) } }, () => 1)`,
    says: [`'inputs' does not exist in type 'RouteOptions`],
  },
  {
    name: 'options behind the handler',
    program: `app.get('/h', () => 1, { in: {} })`,
    says: [`has no properties in common with type 'RouteOptions`],
  },
  {
    name: 'an option of a schema that does not exist',
    program: 'int({ minimum: 1 })',
    says: [`'minimum' does not exist in type 'IntOptions'`],
  },
  {
    name: 'a default of another type',
    program: 'str({ default: 1 })',
    says: [`Type 'number' is not assignable to type 'string'`],
  },
  {
    name: 'an option of the app that is misspelt',
    program: `new App({ tittle: 'x' })`,
    says: [`Did you mean to write 'title'?`],
  },
  {
    name: 'a handler in a router',
    program: 'router({ list: () => 1 })',
    says: [`Type '() => number' is not assignable to type 'Route`],
  },
]

describe('what the compiler says of a mistake', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-messages-'))
  after(() => rmSync(folder, { recursive: true }))
  const said = compile(folder)

  for (const [index, { name, says }] of MISTAKES.entries()) {
    it(`helps with ${name}`, () => {
      const found = said.get(`mistake-${index}.ts`) ?? 'nothing'
      for (const words of says) assert.ok(found.includes(words), `it says: ${found}`)
    })
  }
})

/** @returns what is said of each file, by its name */
function compile(folder: string): ReadonlyMap<string, string> {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [index, { program }] of MISTAKES.entries()) {
    writeFileSync(join(folder, `mistake-${index}.ts`), `${HEAD}${program}\n`)
  }
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(ROOT, 'node_modules/@types')],
      rewriteRelativeImportExtensions: false,
    },
    include: ['*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  const said = new Map<string, string>()
  // The lines that go on with what was said are indented.
  for (const message of stdout.split(/\n(?=\S)/)) {
    const file = /mistake-\d+\.ts/.exec(message)?.[0] ?? ''
    said.set(file, `${said.get(file) ?? ''}${message}\n`)
  }
  return said
}
