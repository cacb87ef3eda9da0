/**
 * Publishes the last full runs: copies `results/*.json` to `published/` and writes their tables
 * into `docs/benchmarks.md`. `npm run format` afterwards pads the columns.
 *
 * Usage: `node benchmarks/publish.ts [futures] [http] [pg]`; without names, all of them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownReport, replaceBlock } from './lib/markdown.ts'
import { BENCHMARKS } from './lib/peers.ts'
import type { Report } from './lib/report.ts'
import { SUITE_NAMES } from './lib/suites.ts'

const PAGE = join(BENCHMARKS, '..', 'docs', 'benchmarks.md')

const names = process.argv.slice(2)
for (const name of SUITE_NAMES) {
  if (names.length > 0 && !names.includes(name)) continue
  const json = readFileSync(join(BENCHMARKS, 'results', `${name}.json`), 'utf8')
  const report: Report = JSON.parse(json)
  if (report.quick) throw new Error(`The last run of ${name} was a quick one: nothing to publish`)
  writeFileSync(join(BENCHMARKS, 'published', `${name}.json`), json)
  const page = readFileSync(PAGE, 'utf8')
  writeFileSync(PAGE, replaceBlock(page, name, markdownReport(report)))
}
