import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodesTable, originalTable } from '../futures/pages.ts'
import { markdownReport } from './markdown.ts'
import { HOME_MAJOR, NODE_MAJORS, reportName } from './nodes.ts'
import { BENCHMARKS } from './peers.ts'
import type { Report } from './report.ts'
import type { SuiteName } from './suites.ts'

/** Where published reports are kept. */
export const PUBLISHED: string = join(BENCHMARKS, 'published')

/** What `docs/benchmarks.md` shows of a suite's published reports: texts by the names of their marks. */
export function pageBlocks(suite: SuiteName): ReadonlyMap<string, string> {
  const reports = NODE_MAJORS.flatMap((major) => {
    const file = join(PUBLISHED, `${reportName(suite, major)}.json`)
    if (!existsSync(file)) return []
    const report: Report = JSON.parse(readFileSync(file, 'utf8'))
    return [{ major, report }]
  })
  const home = reports.find(({ major }) => major === HOME_MAJOR)
  if (home === undefined) throw new Error(`No run of ${suite} is published`)
  const blocks = new Map([[suite as string, markdownReport(home.report)]])
  if (suite === 'futures') {
    blocks.set('futures-by-node', nodesTable(reports.map(({ report }) => report)))
    blocks.set('futures-original', originalTable(home.report))
  }
  return blocks
}
