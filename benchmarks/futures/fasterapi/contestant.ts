import type { Contestant } from '../cases.ts'
import { chains } from './chains.ts'
import { combinators } from './combinators.ts'
import { coordination } from './coordination.ts'
import { create } from './create.ts'
import { handlers } from './handlers.ts'

/** Our `Future`, and what works with it. */
export const contestant = {
  ...create,
  ...chains,
  ...handlers,
  ...combinators,
  ...coordination,
} as const satisfies Contestant
