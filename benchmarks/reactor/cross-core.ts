import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import type { Comparison, Measurement, SuiteResult } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { keepWanted, type SuiteOptions } from '../lib/suites.ts'
import { CASES } from './cross-core-cases.ts'

const FULL: Plan = { rounds: 9, warmUpMs: 1_000, measureMs: 400 }
const QUICK: Plan = { rounds: 3, warmUpMs: 300, measureMs: 200 }

const FASTERAPI = 'fasterapi'
const POST_MESSAGE = 'postMessage'

const BUDGETS: Readonly<Record<string, number>> = {
  'one way, a number': 0.1,
  'request and reply, 256 in flight': 0.33,
}

interface Answer {
  readonly figure: number
  readonly cpu: number
}

export const CROSS_CORE_COMPARISONS: readonly Comparison[] = CASES.map(toComparison)

/** Messages from one thread to another, our rings against `postMessage`: by the clock, both threads at work. */
export async function measureCrossCore({ quick, filter }: SuiteOptions): Promise<SuiteResult> {
  const plan = quick ? QUICK : FULL
  const comparisons = keepWanted(filter, CROSS_CORE_COMPARISONS)
  const names = comparisons.map((pair) => pair.case)
  const answers = new Map<string, Answer[]>()
  const children = new Map<string, Child>()
  try {
    for (const contestant of [FASTERAPI, POST_MESSAGE]) {
      children.set(contestant, await start(contestant, names, plan.warmUpMs))
    }
    for (const name of names) {
      await interleave(name, [...children.keys()], plan.rounds, async (contestant) => {
        const command = { name, milliseconds: plan.measureMs }
        const answer = await children.get(contestant)?.ask<Answer>(command)
        const key = `${contestant}/${name}`
        if (answer !== undefined) answers.set(key, [...(answers.get(key) ?? []), answer])
      })
    }
  } finally {
    for (const child of children.values()) await child.stop()
  }
  const measurements = [...children.keys()].flatMap((contestant) =>
    names.map((name) =>
      toMeasurement(contestant, name, answers.get(`${contestant}/${name}`) ?? []),
    ),
  )
  return { measurements, comparisons, absent: new Map() }
}

/** Every case runs before any is timed: the code is compiled for the mix, not for one case. */
async function start(
  contestant: string,
  names: readonly string[],
  warmUpMs: number,
): Promise<Child> {
  const script = join(import.meta.dirname, 'cross-core-contestant.ts')
  const child = await Child.start([process.execPath, script, contestant])
  for (const name of names) await child.ask({ name, milliseconds: warmUpMs / names.length })
  return child
}

function toComparison({ name }: { readonly name: string }): Comparison {
  return { case: name, ours: FASTERAPI, peer: POST_MESSAGE, budget: BUDGETS[name] ?? null }
}

function toMeasurement(contestant: string, name: string, answers: readonly Answer[]): Measurement {
  const samples = answers.map(({ figure }) => figure)
  const cpu = median(answers.map((answer) => answer.cpu))
  const info = { 'messages/s': 1e9 / median(samples), 'ns CPU/message': cpu }
  return { case: name, contestant, unit: 'ns/message', samples, info }
}
