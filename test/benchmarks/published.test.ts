import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { markdownReport, replaceBlock } from '../../benchmarks/lib/markdown.ts'
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
      const report: Report = JSON.parse(read(`benchmarks/published/${name}.json`))
      assert.equal(report.quick, false)
      const page = read('docs/benchmarks.md')
      assert.equal(unpadded(replaceBlock(page, name, markdownReport(report))), unpadded(page))
    })
  }
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
