import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))
const IMPORT =
  /(?:^|\n)(?:import|export)(?! type)[^;'"]*?from ['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)/g

/** Packages that an entry point loads, directly or through its files. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, first, second] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = first ?? second ?? ''
      if (target.startsWith('.')) visit(join(dirname(file), target))
      else if (!target.startsWith('node:')) packages.add(target)
    }
  }
  visit(join(SOURCES, entry))
  return packages
}

describe('undici', () => {
  it('is loaded by the client', () => {
    assert.deepEqual([...packagesOf('http-client/index.ts')], ['undici'])
  })

  for (const entry of ['index.ts', 'http/index.ts', 'resilience/index.ts', 'testing/index.ts']) {
    it(`is not loaded by ${entry}`, () => assert.ok(!packagesOf(entry).has('undici')))
  }
})
