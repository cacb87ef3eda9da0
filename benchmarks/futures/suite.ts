import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { installPeers, peerVersion } from '../lib/peers.ts'
import { LOAD_CORE, pinned } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { keepWanted, type Suite } from '../lib/suites.ts'
import { AWAIT_FLOOR, CASE_NAMES, type CaseName, caseOf, type MeasuredName } from './cases.ts'
import { CONTESTANTS, contestantNamed, FASTERAPI, NATIVE } from './contestants.ts'

const FULL: Plan = { rounds: 7, warmUpMs: 60, measureMs: 120 }
const QUICK: Plan = { rounds: 3, warmUpMs: 30, measureMs: 40 }

/** Room for every byte of a garbage-free window, in MiB. */
const YOUNG_GENERATION = 128

/** What one process of a contestant measures. */
interface Cell {
  readonly name: string
  readonly cases: readonly MeasuredName[]
}

/** Time and bytes of one operation, ours against the built-in `Promise` and against libraries. */
export const futures: Suite = {
  async run({ quick, filter }) {
    const plan = quick ? QUICK : FULL
    const comparisons = keepWanted(filter, [
      ...contestantNamed(FASTERAPI).cases.flatMap(comparisonsOf),
      FLOOR,
    ])
    const cells = CONTESTANTS.map(({ name }) => ({ name, cases: casesOf(name, comparisons) }))
    const wanted = cells.filter(({ cases }) => cases.length > 0)
    const versions = packageVersions(wanted)
    const timings = new Map<string, number[]>()
    await interleave('futures', wanted, plan.rounds, async (cell) => {
      for (const [name, figure] of await measure(cell, plan)) {
        const key = `${cell.name}/${name}`
        timings.set(key, [...(timings.get(key) ?? []), figure])
      }
    })
    progress('futures: bytes per operation')
    const measurements: Measurement[] = []
    for (const cell of wanted) {
      const bytes = await measure(cell, { ...plan, measureMs: 0 })
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

/** Shows how much of an `await` is ours and how much is the engine's. */
const FLOOR: Comparison = {
  case: 'await of a ready one',
  ours: FASTERAPI,
  peer: NATIVE,
  peerCase: AWAIT_FLOOR,
  budget: null,
}

/** A row for each peer that has the case; budgets are ratios to the built-in `Promise`. */
function comparisonsOf(name: CaseName): Comparison[] {
  const peers = CONTESTANTS.filter((each) => each.name !== FASTERAPI && each.cases.includes(name))
  return peers.map(({ name: peer }) => ({
    case: name,
    ours: FASTERAPI,
    peer,
    budget: peer === NATIVE ? (caseOf(name).budget ?? null) : null,
  }))
}

function casesOf(contestant: string, pairs: readonly Comparison[]): MeasuredName[] {
  const names = new Set<string>()
  for (const { case: name, ours, peer, peerCase } of pairs) {
    if (contestant === ours) names.add(name)
    if (contestant === peer) names.add(peerCase ?? name)
  }
  const all: readonly MeasuredName[] = [...CASE_NAMES, AWAIT_FLOOR]
  return all.filter((name) => names.has(name))
}

/** Versions of the packages that these cells need, which are installed if there are any. */
function packageVersions(cells: readonly Cell[]): Record<string, string> {
  const wanted = new Set(cells.map(({ name }) => name))
  const packages = CONTESTANTS.flatMap((each) =>
    each.package !== undefined && wanted.has(each.name) ? [each.package] : [],
  )
  if (packages.length === 0) return {}
  installPeers()
  return Object.fromEntries(packages.map((name) => [name, peerVersion(name)]))
}

/** One fresh process for all cases; bytes instead of nanoseconds when there is no time to measure. */
async function measure({ name, cases }: Cell, plan: Plan): Promise<Map<MeasuredName, number>> {
  const isBytes = plan.measureMs === 0
  const size = String(YOUNG_GENERATION)
  const flags = isBytes
    ? ['--expose-gc', `--min-semi-space-size=${size}`, `--max-semi-space-size=${size}`]
    : []
  const script = join(import.meta.dirname, 'contestant.ts')
  const child = await Child.start(
    pinned(LOAD_CORE, [process.execPath, ...flags, script, name, String(plan.warmUpMs)]),
    { NODE_ENV: 'production' },
  )
  try {
    const figures = new Map<MeasuredName, number>()
    for (const each of cases) {
      const command = isBytes ? { case: each } : { case: each, milliseconds: plan.measureMs }
      figures.set(each, Number((await child.ask(command))['figure']))
    }
    return figures
  } finally {
    await child.stop()
  }
}
