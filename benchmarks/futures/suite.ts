import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { LOAD_CORE, pinned } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { keepWanted, type Suite } from '../lib/suites.ts'
import { AWAIT_FLOOR, CASE_NAMES, type CaseName, type MeasuredName } from './cases.ts'

const FASTERAPI = 'fasterapi'
const NATIVE = 'native'
const PEER_NAME = 'native Promise'

const FULL: Plan = { rounds: 7, warmUpMs: 120, measureMs: 150 }
const QUICK: Plan = { rounds: 3, warmUpMs: 60, measureMs: 60 }

const BUDGETS: Partial<Readonly<Record<CaseName, number>>> = {
  'ready chain of 3': 0.25,
  'pending chain of 3': 0.6,
  'pending chain of 3, 100 in flight': 0.6,
  'all of 10 ready': 0.2,
  'await of a ready one': 2,
}

/** Room for every byte of a garbage-free window, in MiB. */
const YOUNG_GENERATION = 128

/** Time and bytes of one operation, `Future` against the built-in `Promise`. */
export const futures: Suite = {
  async run({ quick, filter }) {
    const plan = quick ? QUICK : FULL
    const comparisons = keepWanted(filter, [...CASE_NAMES.map(toComparison), FLOOR])
    const timings = new Map<string, number[]>()
    await interleave('futures', [FASTERAPI, NATIVE], plan.rounds, async (contestant) => {
      const figures = await runContestant(contestant, casesOf(contestant, comparisons), plan)
      for (const [name, figure] of figures) {
        const key = `${contestant}/${name}`
        timings.set(key, [...(timings.get(key) ?? []), figure])
      }
    })
    progress('futures: bytes per operation')
    const measurements: Measurement[] = []
    for (const contestant of [FASTERAPI, NATIVE]) {
      const cases = casesOf(contestant, comparisons)
      const bytes = await runContestant(contestant, cases, { ...plan, measureMs: 0 })
      for (const name of cases) {
        measurements.push({
          case: name,
          contestant: contestant === NATIVE ? PEER_NAME : contestant,
          unit: 'ns CPU/op',
          samples: timings.get(`${contestant}/${name}`) ?? [],
          info: { 'bytes/op': bytes.get(name) ?? Number.NaN },
        })
      }
    }
    return { measurements, comparisons, absent: new Map(), versions: {} }
  },
}

/** Shows how much of an `await` is ours and how much is the engine's. */
const FLOOR: Comparison = {
  case: 'await of a ready one',
  ours: FASTERAPI,
  peer: PEER_NAME,
  peerCase: AWAIT_FLOOR,
  budget: null,
}

function casesOf(contestant: string, pairs: readonly Comparison[]): MeasuredName[] {
  const isOurs = contestant === FASTERAPI
  const names = new Set<string>(
    pairs.map((pair) => (isOurs ? pair.case : (pair.peerCase ?? pair.case))),
  )
  const all: readonly MeasuredName[] = [...CASE_NAMES, AWAIT_FLOOR]
  return all.filter((name) => names.has(name))
}

function toComparison(name: CaseName): Comparison {
  return { case: name, ours: FASTERAPI, peer: PEER_NAME, budget: BUDGETS[name] ?? null }
}

/** One fresh process for all cases; bytes instead of nanoseconds when there is no time to measure. */
async function runContestant(
  contestant: string,
  cases: readonly MeasuredName[],
  plan: Plan,
): Promise<Map<MeasuredName, number>> {
  const isBytes = plan.measureMs === 0
  const size = String(YOUNG_GENERATION)
  const flags = isBytes
    ? ['--expose-gc', `--min-semi-space-size=${size}`, `--max-semi-space-size=${size}`]
    : []
  const script = join(import.meta.dirname, 'contestant.ts')
  const child = await Child.start(
    pinned(LOAD_CORE, [process.execPath, ...flags, script, contestant, String(plan.warmUpMs)]),
  )
  try {
    const figures = new Map<MeasuredName, number>()
    for (const name of cases) {
      const command = isBytes ? { case: name } : { case: name, milliseconds: plan.measureMs }
      figures.set(name, Number((await child.ask(command))['figure']))
    }
    return figures
  } finally {
    await child.stop()
  }
}
