import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PgPool } from '../../src/pg/index.ts'
import { createCertificate } from '../support/certificates.ts'
import { testDatabase } from '../support/postgres.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).toSorted()]

interface Program {
  readonly name: string
  readonly file: string
  /** What its comments `// =>` say it prints, in order. */
  readonly output: readonly string[]
}

/** What the programs of docs/postgresql.md talk about. */
const TABLES = `
  create table users (id int primary key, name text, email text unique, age int, active boolean);
  insert into users (id, name, age, active) values (7, 'Ann', 40, true);
  create table accounts (id int primary key, balance int);
  insert into accounts values (1, 500), (2, 500);
  create table orders (id int primary key);
  create table audit (id int primary key);
  create table big_report (line text)`

/** A snippet against the sources and not the published package; what it serves, it stops. */
function toProgram(snippet: string): string {
  return snippet
    .replaceAll(
      /from 'fasterapi\/([\w-]+)'/g,
      (_, folder) => `from '${ROOT}src/${folder}/index.ts'`,
    )
    .replaceAll("from 'fasterapi'", `from '${ROOT}src/index.ts'`)
    .replaceAll(/await app\.run\(.*\)/g, 'await app.start().then(() => app.stop())')
}

/** These pages have tests of their own, with the answers they show: test/docs/tutorial.test.ts. */
const hasOwnTests = (page: string): boolean => /^docs\/(?:tutorial|migration)\//.test(page)

/** Every block marked `ts` is a program; its name is the heading above it. */
function programsOf(page: string, folder: string): Program[] {
  const programs: Program[] = []
  for (const section of readFileSync(join(ROOT, page), 'utf8').split(/^#+ /m)) {
    const [title = ''] = section.split('\n')
    for (const [, code = ''] of section.matchAll(/```ts\n([^]*?)```/g)) {
      const file = join(folder, `${page.replaceAll(/\W/g, '-')}-${programs.length}.ts`)
      writeFileSync(file, toProgram(code).replaceAll(/'(cert|key)\.pem'/g, `'${folder}/$1.pem'`))
      const output = Array.from(code.matchAll(/\/\/ => (.*)$/gm), ([, line = '']) => line)
      programs.push({ name: title, file, output })
    }
  }
  return programs
}

/** The programs say `await using`, which Node 22 does not read. */
const isOldNode = Number.parseInt(process.versions.node, 10) < 24

describe('documentation', { skip: isOldNode ? 'its programs need Node 24' : false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-docs-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const pages = PAGES.map((page) => ({
    page,
    programs: hasOwnTests(page) ? [] : programsOf(page, folder),
  }))
  let database: Awaited<ReturnType<typeof testDatabase>>

  before(async () => {
    database = await testDatabase()
    const { cert, key } = await createCertificate(['localhost'])
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key)
    const pool = new PgPool(database.url)
    await pool.exec(TABLES)
    await pool.close()
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await database.stop()
  })

  function run(...args: string[]): SpawnSyncReturns<string> {
    // A reader's programs run in normal mode, whatever mode the tests run in.
    const env = { ...process.env, DATABASE_URL: database.url, FASTERAPI_DEBUG: '0' }
    return spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 30_000,
      env,
    })
  }

  it('has programs', () => {
    assert.ok(pages.flatMap(({ programs }) => programs).length >= 15)
  })

  it('has programs that the compiler accepts', () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rewriteRelativeImportExtensions: false,
        noUnusedLocals: false,
      },
      include: [],
      files: pages.flatMap(({ programs }) => programs.map(({ file }) => file)),
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { status, stdout } = run(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder)
    assert.equal(status, 0, stdout)
  })

  for (const { page, programs } of pages) {
    describe(page, () => {
      for (const { name, file, output } of programs) {
        it(`runs the program under "${name}"`, () => {
          const { status, stderr, stdout } = run(file)
          assert.equal(status, 0, stderr)
          const printed = stdout.split('\n')
          let at = 0
          for (const line of output) {
            at = printed.indexOf(line, at) + 1
            assert.notEqual(at, 0, `does not print "${line}" there, but\n${stdout}`)
          }
        })
      }

      it('links to files that exist', () => {
        const text = readFileSync(join(ROOT, page), 'utf8')
        const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, link]) => link)
        const missing = links.filter(
          (link = '') => globSync(join(ROOT, page, '..', link)).length === 0,
        )
        assert.deepEqual(missing, [])
      })
    })
  }
})
