import type { Contestant } from '../cases.ts'
import { chains } from './chains.ts'
import { combinators } from './combinators.ts'
import { coordination } from './coordination.ts'
import { create } from './create.ts'
import { handlers } from './handlers.ts'

/** The built-in `Promise`, and what one writes by hand where nothing is built in. */
export const contestant = {
  ...create,
  ...chains,
  ...handlers,
  ...combinators,
  ...coordination,
} as const satisfies Contestant
