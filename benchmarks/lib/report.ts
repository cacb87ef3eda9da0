import type { Machine } from './machine.ts'
import { median, medianAbsoluteDeviation } from './stats.ts'

/** All rounds of one contestant on one case. */
export interface Measurement {
  readonly case: string
  readonly contestant: string
  /** What `samples` counts; smaller is better: `us CPU/request`, `ns/op`. */
  readonly unit: string
  readonly samples: readonly number[]
  /** For information beside the figure, one value per name: `req/s`, `p99 ms`, `bytes/op`. */
  readonly info: Readonly<Record<string, number>>
}

/** A pair to compare: a row of the table. */
export interface Comparison {
  /** Case of `ours`, and of the peer unless `peerCase` says otherwise. */
  readonly case: string
  readonly ours: string
  readonly peer: string
  readonly peerCase?: string
  /** The largest allowed ours / peer; `null` for information only. */
  readonly budget: number | null
}

export interface Figure {
  readonly median: number
  /** Median absolute deviation of the rounds. */
  readonly mad: number
  readonly info: Readonly<Record<string, number>>
}

export interface Row {
  readonly case: string
  readonly unit: string
  readonly ours: number
  readonly oursName: string
  readonly peer: number
  readonly peerName: string
  readonly ratio: number
  readonly budget: number | null
  /** `null` when the row has no budget. */
  readonly ok: boolean | null
  readonly oursFigure: Figure
  readonly peerFigure: Figure
}

/** A comparison that could not be made on this machine, and why. */
export interface Skipped {
  readonly case: string
  readonly peerName: string
  readonly budget: number | null
  readonly reason: string
}

export interface Report {
  readonly name: string
  readonly quick: boolean
  /** Present if only some rows were measured. */
  readonly filter?: string
  readonly machine: Machine
  readonly rows: readonly Row[]
  readonly skipped: readonly Skipped[]
  /** Every round of every contestant, as measured. */
  readonly measurements: readonly Measurement[]
}

/** What a suite hands over; {@link compare} makes rows of it. */
export interface SuiteResult {
  readonly measurements: readonly Measurement[]
  readonly comparisons: readonly Comparison[]
  /** Contestant to the reason why it did not run. */
  readonly absent: ReadonlyMap<string, string>
}

/** Pairs measurements into rows of ratios; a pair with an absent contestant is listed as skipped. */
export function compare(result: SuiteResult): Pick<Report, 'rows' | 'skipped' | 'measurements'> {
  const rows: Row[] = []
  const skipped: Skipped[] = []
  for (const pair of result.comparisons) {
    const { case: name, peer: peerName, budget } = pair
    const ours = find(result.measurements, name, pair.ours)
    const peer = find(result.measurements, pair.peerCase ?? name, peerName)
    if (ours === undefined || peer === undefined) {
      const missing = ours === undefined ? pair.ours : peerName
      const reason = result.absent.get(missing) ?? `${missing} was not measured`
      skipped.push({ case: name, peerName, budget, reason })
    } else {
      rows.push(toRow(pair, ours, peer))
    }
  }
  return { rows, skipped, measurements: result.measurements }
}

/** The rows over budget and the budgets that could not be measured. */
export function failures(report: Pick<Report, 'rows' | 'skipped'>): string[] {
  return [
    ...report.rows
      .filter((row) => row.ok === false)
      .map(
        (row) =>
          `${row.case}: ${row.oursName} is ${row.ratio.toFixed(2)} x ${row.peerName}, budget ${row.budget}`,
      ),
    ...report.skipped
      .filter((entry) => entry.budget !== null)
      .map((entry) => `${entry.case}: no ratio to ${entry.peerName} (${entry.reason})`),
  ]
}

function find(measurements: readonly Measurement[], name: string, contestant: string) {
  return measurements.find((each) => each.case === name && each.contestant === contestant)
}

function toRow(pair: Comparison, ours: Measurement, peer: Measurement): Row {
  const oursFigure = toFigure(ours)
  const peerFigure = toFigure(peer)
  const ratio = oursFigure.median / peerFigure.median
  return {
    case: pair.case,
    unit: ours.unit,
    ours: oursFigure.median,
    oursName: pair.ours,
    peer: peerFigure.median,
    peerName: pair.peerCase === undefined ? pair.peer : `${pair.peer} (${pair.peerCase})`,
    ratio,
    budget: pair.budget,
    ok: pair.budget === null ? null : ratio <= pair.budget,
    oursFigure,
    peerFigure,
  }
}

function toFigure({ samples, info }: Measurement): Figure {
  return { median: median(samples), mad: medianAbsoluteDeviation(samples), info }
}
