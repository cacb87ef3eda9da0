import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { replaceBlock } from '../../benchmarks/lib/markdown.ts'
import { PUBLISHED, pageBlocks } from '../../benchmarks/lib/page.ts'
import type { Report } from '../../benchmarks/lib/report.ts'
import { SUITE_NAMES } from '../../benchmarks/lib/suites.ts'

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

/** The formatter pads the columns of tables. */
function unpadded(page: string): string {
  return page.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').replaceAll(/\n+/g, '\n')
}

describe('docs/benchmarks.md', () => {
  for (const name of SUITE_NAMES) {
    it(`shows the published run of ${name} and nothing else`, () => {
      const page = read('docs/benchmarks.md')
      let shown = page
      for (const [mark, text] of pageBlocks(name)) shown = replaceBlock(shown, mark, text)
      assert.equal(unpadded(shown), unpadded(page))
    })
  }

  it('has full runs only', () => {
    for (const file of readdirSync(PUBLISHED)) {
      const report: Report = JSON.parse(read(`benchmarks/published/${file}`))
      assert.deepEqual([file, report.quick, report.filter], [file, false, undefined])
    }
  })
})

describe('replaceBlock', () => {
  it('replaces what stands between the marks and keeps the rest', () => {
    const page = 'a\n<!-- x -->\nold\n<!-- /x -->\nb'
    assert.equal(replaceBlock(page, 'x', 'new'), 'a\n<!-- x -->\nnew\n<!-- /x -->\nb')
  })

  it('refuses a page without the marks', () => {
    assert.throws(() => replaceBlock('<!-- x -->', 'x', ''), /no block 'x'/)
  })
})
