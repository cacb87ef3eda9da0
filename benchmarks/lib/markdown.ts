import type { Report, Row } from './report.ts'
import { byUnit, formatNumber, formatRatio, withSpread } from './table.ts'

/** Rows of one unit for `docs/benchmarks.md`: ratios, and the first figure for information. */
function markdownTable(rows: readonly Row[]): string {
  const [unit] = rows.map((row) => row.unit)
  const [info] = rows.flatMap((row) => Object.keys(row.oursFigure.info))
  const head = ['case', 'ours', 'peer', `ours, ${unit}`, `peer, ${unit}`, 'ratio', 'budget']
  const columns = info === undefined ? head : [...head, `ours, ${info}`, `peer, ${info}`]
  return formatMarkdownTable(
    columns,
    rows.map((row) => cells(row, info)),
    3,
  )
}

/** @param texts - how many columns, from the left, hold text; the others hold numbers */
export function formatMarkdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts: number,
): string {
  const rule = head.map((_, column) => (column < texts ? '---' : '---:'))
  return [head, rule, ...rows].map(line).join('\n')
}

function cells(row: Row, info: string | undefined): string[] {
  const verdict = row.ok === null ? '' : `≤ ${row.budget} ${row.ok ? '✓' : '✗'}`
  const figures = [
    row.case,
    row.oursName,
    row.peerName,
    withSpread(row.oursFigure),
    withSpread(row.peerFigure),
    `**${formatRatio(row.ratio)}**`,
    verdict,
  ]
  if (info === undefined) return figures
  return [
    ...figures,
    formatNumber(row.oursFigure.info[info]),
    formatNumber(row.peerFigure.info[info]),
  ]
}

function line(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`
}

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws {Error} if the page has no such pair of marks
 */
export function replaceBlock(page: string, name: string, text: string): string {
  const open = `<!-- ${name} -->`
  const close = `<!-- /${name} -->`
  const start = page.indexOf(open)
  const end = page.indexOf(close, start)
  if (start === -1 || end === -1) throw new Error(`The page has no block '${name}'`)
  return `${page.slice(0, start + open.length)}\n${text}\n${page.slice(end)}`
}

/** One sentence on where and with what a report was measured. */
function provenance({ machine }: Report): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const cpus = `${machine.cpus} shared vCPU`
  return `Commit ${machine.commit}, ${cpus} (${machine.cpu}, ${machine.platform}); ${versions.join(', ')}.`
}

/** A report as the documentation shows it. */
export function markdownReport(report: Report): string {
  return [provenance(report), ...byUnit(report.rows).map(markdownTable)].join('\n\n')
}
