import type { Figure, Report, Row } from './report.ts'

/** The report as text: a table per unit, one line per case and peer, then what was skipped. */
export function formatReport(report: Report): string {
  const lines = [heading(report), '']
  for (const rows of byUnit(report.rows)) lines.push(...table(rows), '')
  const reasons = Map.groupBy(report.skipped, (entry) => entry.reason)
  for (const [reason, entries] of reasons) {
    const pairs = entries.map((entry) => `${entry.case} against ${entry.peerName}`)
    lines.push(`skipped (${reason}): ${pairs.join('; ')}`)
  }
  return lines.join('\n').trimEnd()
}

/** Rows of one unit have the same columns, and only they can stand in one. */
export function byUnit(rows: readonly Row[]): readonly (readonly Row[])[] {
  return [...Map.groupBy(rows, (row) => row.unit).values()]
}

function table(rows: readonly Row[]): string[] {
  const infoNames = [...new Set(rows.flatMap((row) => Object.keys(row.oursFigure.info)))]
  const head = ['case', 'ours', 'peer', 'unit', 'ours', 'peer', 'ratio', 'budget', '']
  const info = infoNames.flatMap((name) => [`ours ${name}`, `peer ${name}`])
  return align([[...head, ...info], ...rows.map((row) => cells(row, infoNames))])
}

function heading({ name, quick, machine }: Report): string {
  const versions = Object.entries(machine.versions).map(([key, value]) => `${key} ${value}`)
  return `${name}${quick ? ' (quick)' : ''}: ${machine.cpus} x ${machine.cpu}, ${machine.platform}, ${versions.join(', ')}, commit ${machine.commit}`
}

function cells(row: Row, infoNames: readonly string[]): string[] {
  const mark = row.ok === null ? '' : row.ok ? 'ok' : 'OVER'
  return [
    row.case,
    row.oursName,
    row.peerName,
    row.unit,
    withSpread(row.oursFigure),
    withSpread(row.peerFigure),
    formatRatio(row.ratio),
    row.budget === null ? '-' : `<= ${row.budget}`,
    mark,
    ...infoNames.flatMap((name) => [
      formatNumber(row.oursFigure.info[name]),
      formatNumber(row.peerFigure.info[name]),
    ]),
  ]
}

export function withSpread(figure: Figure): string {
  return `${formatNumber(figure.median)} ±${formatNumber(figure.mad)}`
}

/** Two digits after the point, three where two would say zero. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 0.005 ? 3 : 2)
}

/** Three significant digits for small numbers, none after the point for large ones. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  if (Math.abs(value) >= 10) return value.toFixed(1)
  return value.toFixed(2)
}

/** `12.3`, `1,234 ±5`, `<= 0.7`, and the dash that stands for no number. */
const NUMBER = /^(?:(?:<= )?[\d.,]+(?: ±[\d.,]+)?|-)$/

/** Pads every column to its widest cell: text to the left, numbers to the right. */
export function align(table: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of table) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
    })
  }
  return table.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return NUMBER.test(cell) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
