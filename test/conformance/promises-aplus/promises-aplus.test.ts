import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { debug } from '../../../src/core/debug.ts'
import type { SuiteReport } from './run-suite.ts'

const PROGRAM = fileURLToPath(new URL('run-suite.ts', import.meta.url))
const PAGE = new URL('../../../docs/reference/promises-aplus.md', import.meta.url)

/** The failing tests of normal mode, as the page lists them. */
function documentedFailures(): string[] {
  const page = readFileSync(PAGE, 'utf8')
  return Array.from(page.matchAll(/^- (\d\.\d\.\d: .+)$/gm), ([, title = '']) => title)
}

describe('Promises/A+ compliance suite', () => {
  let report: SuiteReport

  before(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { timeout: 100_000 })
    report = JSON.parse(stdout) as SuiteReport
  })

  it('runs its 872 tests', () => {
    assert.equal(report.passed.length + report.failed.length, 872)
  })

  it(
    'passes all of them in debug mode, which schedules every continuation',
    { skip: debug.enabled ? false : 'the subject is debug mode' },
    () => assert.deepEqual(report.failed, []),
  )

  it(
    'fails in normal mode exactly the documented ones',
    { skip: debug.enabled ? 'the subject is normal mode' : false },
    () => assert.deepEqual(report.failed.toSorted(), documentedFailures().toSorted()),
  )

  it('has a page that lists only tests about what runs at once', () => {
    const rules = new Set(documentedFailures().map((title) => title.slice(0, 5)))
    assert.deepEqual([...rules], ['2.2.4', '2.2.6', '2.3.1'])
  })
})
