import { join } from 'node:path'
import { operationSuite } from '../lib/operation-suite.ts'
import type { Comparison } from '../lib/report.ts'
import type { Suite } from '../lib/suites.ts'
import { AWAIT_FLOOR, type CaseName, caseOf } from './cases.ts'
import { CONTESTANTS, contestantNamed, FASTERAPI, NATIVE } from './contestants.ts'

/** Shows how much of an `await` is ours and how much is the engine's. */
const FLOOR: Comparison = {
  case: 'await of a ready one',
  ours: FASTERAPI,
  peer: NATIVE,
  peerCase: AWAIT_FLOOR,
  budget: null,
}

/** Time and bytes of one operation, ours against the built-in `Promise` and against libraries. */
export const futures: Suite = operationSuite({
  name: 'futures',
  script: join(import.meta.dirname, 'contestant.ts'),
  contestants: CONTESTANTS,
  comparisons: [...contestantNamed(FASTERAPI).cases.flatMap(comparisonsOf), FLOOR],
})

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
