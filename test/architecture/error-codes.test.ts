import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A literal code: the field of a class, or a member of a union of codes. */
const CODE = /(?:\bcode(?:: [^=\n]+)? = |^ {2}\| )'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/gm

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, first = '']) => first)
}

describe('error codes', () => {
  const sources = globSync('src/**/*.ts', { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  )
  const inSource = [...new Set(sources.flatMap((text) => matches(text, CODE)))].toSorted()
  const reference = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8')
  const inReference = matches(reference, /^\| `([A-Z_0-9]+)` +\|/gm)

  it('are found in the sources', () => {
    assert.ok(inSource.length > 30)
    assert.ok(inSource.includes('PG_SERVER'))
  })

  it('are all in docs/reference/errors.md, and no others are', () => {
    assert.deepEqual(inReference.toSorted(), inSource)
  })

  it('stand in the reference once', () => {
    assert.equal(new Set(inReference).size, inReference.length)
  })
})
