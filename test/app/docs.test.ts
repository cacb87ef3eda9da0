import assert from 'node:assert/strict'
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(ROOT, 'docs/app.md'), 'utf8')

/** A program of the page, against the sources and not the published package. */
function toProgram(snippet: string): string {
  return snippet
    .replaceAll(/from 'fasterapi\/(\w+)'/g, (_, folder) => `from '${ROOT}src/${folder}/index.ts'`)
    .replaceAll("from 'fasterapi'", `from '${ROOT}src/index.ts'`)
    .replaceAll(/await app\.run\(.*\)/g, 'await app.start()')
}

describe('docs/app.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fasterapi-docs-'))
  after(() => rmSync(folder, { recursive: true }))
  const sections = page.split(/^## /m).slice(1)
  const programs = sections.flatMap((section) => {
    const [title = ''] = section.split('\n')
    return Array.from(
      section.matchAll(/```ts\n([^]*?)```/g),
      ([, code = '']) => [title, code] as const,
    )
  })

  it('has programs', () => {
    assert.ok(programs.length >= 8)
  })

  const files = programs.map(([, code], index) => {
    const file = join(folder, `${index}.ts`)
    writeFileSync(file, toProgram(code))
    return file
  })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')

  it('has programs that the compiler accepts', () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rewriteRelativeImportExtensions: false,
      },
      include: [],
      files,
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = run(tsc, '-p', folder)
    assert.equal(status, 0, stdout)
  })

  for (const [index, [title]] of programs.entries()) {
    it(`runs the program under ${title}`, () => {
      const { status, stderr } = run(files[index] ?? '')
      assert.equal(status, 0, stderr)
    })
  }
})

function run(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
}
