/**
 * Publishes the last full runs: copies `results/*.json` to `published/` and writes their tables
 * into `docs/benchmarks.md`. `npm run format` afterwards pads the columns.
 *
 * Usage: `node benchmarks/publish.ts [futures] [http] [pg]`; without names, all of them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceBlock } from './lib/markdown.ts'
import { HOME_MAJOR, NODE_MAJORS, reportName } from './lib/nodes.ts'
import { PUBLISHED, pageBlocks } from './lib/page.ts'
import { BENCHMARKS } from './lib/peers.ts'
import type { Report } from './lib/report.ts'
import { SUITE_NAMES, type SuiteName } from './lib/suites.ts'

const PAGE = join(BENCHMARKS, '..', 'docs', 'benchmarks.md')

/** The run on the repository's own Node must be there; those on the others are published if they are. */
function copyReports(suite: SuiteName): void {
  for (const major of NODE_MAJORS) {
    const name = reportName(suite, major)
    const file = join(BENCHMARKS, 'results', `${name}.json`)
    if (major !== HOME_MAJOR && !existsSync(file)) continue
    const json = readFileSync(file, 'utf8')
    const report: Report = JSON.parse(json)
    if (report.quick || report.filter !== undefined) {
      throw new Error(`${file} is of a quick run, or of some rows: run it in full, or remove it`)
    }
    writeFileSync(join(PUBLISHED, `${name}.json`), json)
  }
}

const names = process.argv.slice(2)
for (const suite of SUITE_NAMES) {
  if (names.length > 0 && !names.includes(suite)) continue
  copyReports(suite)
  let page = readFileSync(PAGE, 'utf8')
  for (const [name, text] of pageBlocks(suite)) page = replaceBlock(page, name, text)
  writeFileSync(PAGE, page)
}
