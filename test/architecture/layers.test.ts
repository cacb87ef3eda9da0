import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))

/** Level of each folder of `src`; a folder imports only folders of a lower level, never a sibling. */
const LEVELS: Readonly<Record<string, number>> = {
  core: 0,
  future: 1,
  reactor: 2,
  net: 3,
  schema: 3,
  resilience: 3,
  http: 4,
  'http-client': 4,
  settings: 4,
  pg: 4,
  websocket: 5,
  middleware: 6,
  observability: 6,
  app: 7,
  security: 8,
  jobs: 8,
  testing: 8,
  client: 8,
  cli: 8,
  '': 9,
}

const IMPORT = /\bfrom\s+['"](\.[^'"]+)['"]/g

function folderOf(file: string): string {
  const [first = '', second] = relative(SOURCES, file).split('/')
  return second === undefined ? '' : first
}

describe('layers of src', () => {
  const files = globSync('**/*.ts', { cwd: SOURCES }).map((file) => join(SOURCES, file))

  it('has sources to look at', () => {
    assert.ok(files.length > 10)
  })

  it('knows the level of every folder', () => {
    const unknown = files.map(folderOf).filter((folder) => LEVELS[folder] === undefined)
    assert.deepEqual(unknown, [])
  })

  it('imports only lower levels', () => {
    const violations: string[] = []
    for (const file of files) {
      const folder = folderOf(file)
      for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
        const targetFolder = folderOf(join(dirname(file), target))
        if (targetFolder === folder) continue
        if ((LEVELS[targetFolder] ?? 99) >= (LEVELS[folder] ?? 0)) {
          violations.push(`${relative(SOURCES, file)} imports ${target}`)
        }
      }
    }
    assert.deepEqual(violations, [])
  })

  it('keeps Node modules out of core and future, which browsers load, too', () => {
    const violations = files
      .filter((file) => ['core', 'future'].includes(folderOf(file)))
      .filter((file) => /from ['"]node:/.test(readFileSync(file, 'utf8')))
    assert.deepEqual(violations, [])
  })
})
