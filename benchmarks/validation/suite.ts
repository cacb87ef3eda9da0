import { join } from 'node:path'
import { operationSuite } from '../lib/operation-suite.ts'
import type { Comparison } from '../lib/report.ts'
import type { Suite } from '../lib/suites.ts'
import { CASE_NAMES, type CaseName } from './cases.ts'
import { CONTESTANTS, FASTERAPI, NATIVE } from './contestants.ts'

/** Checking and writing values of models, ours against the compiled validators and serializers. */
export const validation: Suite = operationSuite({
  name: 'validation',
  script: join(import.meta.dirname, 'contestant.ts'),
  contestants: CONTESTANTS,
  comparisons: CASE_NAMES.flatMap(comparisonsOf),
})

function comparisonsOf(name: CaseName): Comparison[] {
  const peers = CONTESTANTS.filter((each) => each.name !== FASTERAPI && each.cases.includes(name))
  return peers.map(({ name: peer }) => ({
    case: name,
    ours: FASTERAPI,
    peer,
    budget: budgetFor(name, peer),
  }))
}

/**
 * At least as fast as the fastest; five times as fast as zod where the text is not most of it.
 *
 * What failures cost is for information: the reports of the peers say too different things.
 */
function budgetFor(name: CaseName, peer: string): number | null {
  if (peer === NATIVE || name === 'refuse small') return null
  return peer === 'zod' && name.startsWith('check') ? 0.2 : 1
}
