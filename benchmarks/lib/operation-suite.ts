import { Child } from './child.ts'
import { installPeers, peerVersion } from './peers.ts'
import { LOAD_CORE, pinned } from './pin.ts'
import { progress } from './progress.ts'
import type { Comparison, Measurement } from './report.ts'
import { interleave, type Plan } from './rounds.ts'
import { keepWanted, type Suite } from './suites.ts'

/** Whoever is measured: the library, or a peer with what it is called in the report. */
export interface OperationContestant {
  /** As a row of the report shows it; of a peer from a package the package's name. */
  readonly name: string
  /** The package it comes from; `undefined` for what comes with this repository or Node. */
  readonly package: string | undefined
}

/** A suite of operations that are measured inside one process per contestant. */
export interface OperationSuite {
  readonly name: string
  /** Program that serves the operations of the contestant named by its first argument. */
  readonly script: string
  readonly contestants: readonly OperationContestant[]
  readonly comparisons: readonly Comparison[]
}

const FULL: Plan = { rounds: 7, warmUpMs: 60, measureMs: 120 }
const QUICK: Plan = { rounds: 3, warmUpMs: 30, measureMs: 40 }

/** Room for every byte of a garbage-free window, in MiB. */
const YOUNG_GENERATION = 128

/** What one process of a contestant measures. */
interface Cell {
  readonly contestant: OperationContestant
  readonly cases: readonly string[]
}

/** Time and bytes of one operation. */
export function operationSuite(options: OperationSuite): Suite {
  return {
    async run({ quick, filter }) {
      const plan = quick ? QUICK : FULL
      const comparisons = keepWanted(filter, options.comparisons)
      const cells = options.contestants
        .map((contestant) => ({ contestant, cases: casesOf(contestant.name, comparisons) }))
        .filter(({ cases }) => cases.length > 0)
      const versions = packageVersions(cells)
      const timings = new Map<string, number[]>()
      const wanted = cells.map((cell) => ({ ...cell, name: cell.contestant.name }))
      await interleave(options.name, wanted, plan.rounds, async (cell) => {
        for (const [name, figure] of await measure(options.script, cell, plan)) {
          const key = `${cell.name}/${name}`
          timings.set(key, [...(timings.get(key) ?? []), figure])
        }
      })
      progress(`${options.name}: bytes per operation`)
      const measurements: Measurement[] = []
      for (const cell of wanted) {
        const bytes = await measure(options.script, cell, { ...plan, measureMs: 0 })
        for (const name of cell.cases) {
          measurements.push({
            case: name,
            contestant: cell.name,
            unit: 'ns CPU/op',
            samples: timings.get(`${cell.name}/${name}`) ?? [],
            info: { 'bytes/op': bytes.get(name) ?? Number.NaN },
          })
        }
      }
      return { measurements, comparisons, absent: new Map(), versions }
    },
  }
}

function casesOf(contestant: string, pairs: readonly Comparison[]): string[] {
  const names = new Set<string>()
  for (const { case: name, ours, peer, peerCase } of pairs) {
    if (contestant === ours) names.add(name)
    if (contestant === peer) names.add(peerCase ?? name)
  }
  return [...names]
}

/** Versions of the packages that these cells need, which are installed if there are any. */
function packageVersions(cells: readonly Cell[]): Record<string, string> {
  const packages = cells.flatMap(({ contestant }) => contestant.package ?? [])
  if (packages.length === 0) return {}
  installPeers()
  return Object.fromEntries(packages.map((name) => [name, peerVersion(name)]))
}

/** One fresh process for all cases; bytes instead of nanoseconds when there is no time to measure. */
async function measure(script: string, cell: Cell, plan: Plan): Promise<Map<string, number>> {
  const isBytes = plan.measureMs === 0
  const size = String(YOUNG_GENERATION)
  const flags = isBytes
    ? ['--expose-gc', `--min-semi-space-size=${size}`, `--max-semi-space-size=${size}`]
    : []
  const program = [...flags, script, cell.contestant.name, String(plan.warmUpMs)]
  const child = await Child.start(pinned(LOAD_CORE, [process.execPath, ...program]), {
    NODE_ENV: 'production',
  })
  try {
    const figures = new Map<string, number>()
    for (const each of cell.cases) {
      const command = isBytes ? { case: each } : { case: each, milliseconds: plan.measureMs }
      figures.set(each, Number((await child.ask(command))['figure']))
    }
    return figures
  } finally {
    await child.stop()
  }
}
