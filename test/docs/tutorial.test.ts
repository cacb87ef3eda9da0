import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startProgram, writePrograms } from '../../scripts/docs/page-programs.ts'
import { testDatabase } from '../support/postgres.ts'
import { assertAnswers } from './support/assert-answers.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = globSync('docs/{tutorial,migration}/**/*.md', { cwd: ROOT }).toSorted()

/** The programs say `await using`, which Node 22 does not read. */
const isOldNode = Number.parseInt(process.versions.node, 10) < 24

/** A test file of a page, as its reader runs it. */
async function runTests(file: string): Promise<void> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  await run(process.execPath, ['--test', file], { env, timeout: 30_000 })
}

describe('programs of the tutorial', { skip: isOldNode }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-tutorial-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  let database: Awaited<ReturnType<typeof testDatabase>>

  before(async () => {
    database = await testDatabase()
    process.env['DATABASE_URL'] = database.url
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await database.stop()
  })

  it('are accepted by the compiler', async () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rewriteRelativeImportExtensions: false,
      },
      include: ['**/*.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const problems = await run(process.execPath, [tsc, '-p', folder]).then(
      () => '',
      ({ stdout }: { readonly stdout: string }) => stdout,
    )
    assert.equal(problems, '')
  })

  for (const page of PAGES) {
    describe(page, () => {
      const own = join(folder, page.replaceAll(/\W/g, '-'))
      for (const program of writePrograms(readFileSync(join(ROOT, page), 'utf8'), own)) {
        it(`answers as it says under "${program.heading}"`, async () => {
          if (program.file.endsWith('.test.ts')) return runTests(program.file)
          const { server } = await startProgram(program.file)
          if (server === undefined) return assert.deepEqual(program.consoles, [])
          try {
            for (const console of program.consoles) await assertAnswers(console, own, server.url)
          } finally {
            await server.close()
          }
        })
      }
    })
  }
})
