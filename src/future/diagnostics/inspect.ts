import { FAILED, PENDING, type State } from '../state.ts'

/** The method `console.log` of Node, Bun and Deno looks for. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/** Renders a value as the caller's `console.log` was told to. */
export type Inspect = (value: unknown, options: object) => string

/** A future as a promise would be shown: `Future { 42 }`, `Future { <pending> }`. */
export function inspectFuture(
  state: State,
  outcome: unknown,
  options: object,
  inspect: Inspect,
): string {
  if (state === PENDING) return 'Future { <pending> }'
  const text = inspect(outcome, options)
  return state >= FAILED ? `Future { <failed> ${text} }` : `Future { ${text} }`
}
