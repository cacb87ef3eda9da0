import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement, SuiteResult } from '../lib/report.ts'
import { interleave } from '../lib/rounds.ts'
import { keepWanted, type SuiteOptions } from '../lib/suites.ts'

const FASTERAPI = 'fasterapi'
const SET_TIMEOUT = 'setTimeout'
const TARGET = 'target'
const ROUNDS = 7
/** For the compiler, for the collector of garbage to find the pending timers old, for the clock to learn. */
const WARM_UPS = 3

interface Cell {
  readonly contestant: string
  readonly case: string
  readonly unit: string
  /** Operations of a round. */
  readonly count: number
}

const SET_AND_CLEAR: readonly Cell[] = [
  'set and clear',
  'set and clear in the next turn',
  'set and clear, one a turn',
].flatMap((name) =>
  [FASTERAPI, SET_TIMEOUT].map((contestant) => ({
    contestant,
    case: name,
    unit: 'ns CPU/op',
    count: name.endsWith('one a turn') ? 50_000 : 1_000_000,
  })),
)

const REQUESTS: readonly Cell[] = [
  'request, no timers pending',
  'request, a million timers pending',
].map((name) => ({ contestant: FASTERAPI, case: name, unit: 'us CPU/request', count: 20_000 }))

const SLEEPS: readonly Cell[] = [
  { contestant: FASTERAPI, case: 'sleep of 0.1 to 1 ms', unit: 'us late', count: 1_000 },
  { contestant: FASTERAPI, case: 'sleep of 0.1 to 1 ms, spinning', unit: 'us late', count: 1_000 },
  { contestant: SET_TIMEOUT, case: 'sleep of 0.1 to 1 ms', unit: 'us late', count: 500 },
]

/** What the errors of sleeps may be at most: there is nothing to compare them with. */
const TARGETS_US: Readonly<Record<string, number>> = {
  'sleep of 0.1 to 1 ms': 100,
  'sleep of 0.1 to 1 ms, spinning': 20,
}

/** One a turn shows how much of the cost is per turn, a microtask and a look at the clock; no program has only that. */
const SET_AND_CLEAR_COMPARISONS = [...new Set(SET_AND_CLEAR.map((cell) => cell.case))].map(
  (name): Comparison => ({
    case: name,
    ours: FASTERAPI,
    peer: SET_TIMEOUT,
    budget: name.endsWith('one a turn') ? null : 0.5,
  }),
)

export const TIMER_COMPARISONS: readonly Comparison[] = [
  ...SET_AND_CLEAR_COMPARISONS,
  {
    case: 'request, a million timers pending',
    ours: FASTERAPI,
    peer: FASTERAPI,
    peerCase: 'request, no timers pending',
    budget: 1.1,
  },
  { case: 'sleep of 0.1 to 1 ms', ours: FASTERAPI, peer: SET_TIMEOUT, budget: null },
  { case: 'sleep of 0.1 to 1 ms', ours: FASTERAPI, peer: TARGET, budget: 1 },
  { case: 'sleep of 0.1 to 1 ms, spinning', ours: FASTERAPI, peer: TARGET, budget: 1 },
]

/** Timers: what they cost, what a million of them cost others, and how exact the fine ones are. */
export async function measureTimers({ quick, filter }: SuiteOptions): Promise<SuiteResult> {
  const comparisons = keepWanted(filter, TIMER_COMPARISONS)
  const names = new Set(comparisons.flatMap((pair) => [pair.case, pair.peerCase ?? pair.case]))
  const samples = new Map<Cell, number[]>()
  for (const group of [SET_AND_CLEAR, REQUESTS, SLEEPS]) {
    const cells = group.filter((cell) => names.has(cell.case))
    if (cells.length > 0) await measureTogether(cells, quick ? 3 : ROUNDS, samples)
  }
  if (SLEEPS.some((cell) => names.has(cell.case))) await assertNoneEarly(quick ? 10_000 : 100_000)
  const measurements = [...samples].map(([cell, figures]): Measurement => {
    const { contestant, case: name, unit } = cell
    return { case: name, contestant, unit, samples: figures, info: {} }
  })
  for (const [name, us] of Object.entries(TARGETS_US).filter(([name]) => names.has(name))) {
    measurements.push({ case: name, contestant: TARGET, unit: 'us late', samples: [us], info: {} })
  }
  return { measurements, comparisons, absent: new Map() }
}

async function measureTogether(
  cells: readonly Cell[],
  rounds: number,
  samples: Map<Cell, number[]>,
): Promise<void> {
  const children = new Map<Cell, Child>()
  try {
    for (const cell of cells) children.set(cell, await startContestant(cell.contestant, cell.case))
    const first = cells[0]?.case ?? ''
    await interleave(`timers, ${first}`, cells, rounds, async (cell, round) => {
      const child = children.get(cell)
      for (let left = round === 0 ? WARM_UPS : 0; left > 0; left--) {
        await child?.ask({ count: cell.count })
      }
      const figure = Number((await child?.ask({ count: cell.count }))?.['figure'])
      samples.set(cell, [...(samples.get(cell) ?? []), figure])
    })
  } finally {
    for (const child of children.values()) await child.stop()
  }
}

/** @throws {Error} if any was early: then the other figures are worth nothing */
async function assertNoneEarly(count: number): Promise<void> {
  progress(`timers: ${count} sleeps, none early`)
  const child = await startContestant(FASTERAPI, 'early of 100,000')
  const early = Number((await child.ask({ count }))['figure'])
  await child.stop()
  if (early > 0) throw new Error(`${early} of ${count} sleeps ended early`)
}

function startContestant(contestant: string, name: string): Promise<Child> {
  const script = join(import.meta.dirname, 'timer-contestant.ts')
  return Child.start([process.execPath, script, contestant, name])
}
