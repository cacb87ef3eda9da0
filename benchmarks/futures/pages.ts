import { formatMarkdownTable } from '../lib/markdown.ts'
import type { Report, Row } from '../lib/report.ts'
import { formatNumber, formatRatio } from '../lib/table.ts'
import type { CaseName } from './cases.ts'
import { NATIVE } from './contestants.ts'

/**
 * The ratios to the built-in `Promise` on several Nodes, side by side.
 *
 * @param reports - of the same suite, one for each Node
 */
export function nodesTable(reports: readonly Report[]): string {
  const cases = new Set(reports.flatMap((report) => nativeRows(report).map((row) => row.case)))
  const heads = reports.map((report) => `Node ${majorOf(report)}`)
  const table = formatMarkdownTable(
    ['case', ...heads.flatMap((head) => [`${head}, ns CPU/op`, 'ratio'])],
    [...cases].map((name) => [name, ...reports.flatMap((report) => cells(report, name))]),
    1,
  )
  return `${reports.map(provenance).join('; ')}.\n\n${table}`
}

function cells(report: Report, name: string): string[] {
  const row = nativeRows(report).find((each) => each.case === name)
  return row === undefined ? ['-', '-'] : [formatNumber(row.ours), `**${formatRatio(row.ratio)}**`]
}

/** One row for each case: that of `await` against a bare thenable has a peer of another name. */
function nativeRows(report: Report): Row[] {
  return report.rows.filter((row) => row.peerName === NATIVE)
}

function provenance({ machine }: Report): string {
  return `Node ${machine.versions['node']} at commit ${machine.commit}`
}

function majorOf({ machine }: Report): number {
  return Number.parseInt(machine.versions['node']?.slice(1) ?? '', 10)
}

interface OriginalFigure {
  readonly what: string
  readonly microseconds: number
  readonly target: string
  /** The case of ours that comes closest. */
  readonly case: CaseName
}

/** What the original FasterAPI publishes: futures of C++ used from Python, on an M2. */
const ORIGINAL: readonly OriginalFigure[] = [
  { what: 'creation', microseconds: 0.26, target: 'about 0', case: 'create ready' },
  {
    what: 'chain of 3',
    microseconds: 1.59,
    target: 'below 0.01 a link',
    case: 'ready chain of 3',
  },
  { what: '`await`', microseconds: 0.7, target: 'below 0.1', case: 'await of a ready one' },
  { what: '10 in parallel', microseconds: 106, target: '', case: 'all of 10 pending' },
]

/**
 * The figures of the original beside ours.
 *
 * @throws {Error} if the report lacks one of the cases
 */
export function originalTable(report: Report): string {
  return formatMarkdownTable(
    ['what', 'ours', 'the original, us', 'its target, us', 'ours, us CPU'],
    ORIGINAL.map((figure) => {
      const row = report.rows.find((each) => each.case === figure.case)
      if (row === undefined) throw new Error(`The report has no case '${figure.case}'`)
      const ours = (row.ours / 1_000).toPrecision(2)
      return [figure.what, figure.case, String(figure.microseconds), figure.target, ours]
    }),
    2,
  )
}
