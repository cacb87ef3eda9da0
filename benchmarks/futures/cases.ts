/** What is measured; both contestants implement each under the same name. */
export const CASE_NAMES = [
  'ready chain of 3',
  'pending chain of 3',
  'pending chain of 3, 100 in flight',
  'all of 10 ready',
  'await of a ready one',
  'create ready',
  'create pending',
] as const

export type CaseName = (typeof CASE_NAMES)[number]

/**
 * What `await` costs of the smallest object with a `then`: no thenable can be cheaper.
 *
 * The engine has a short way for its own promises only: for any other it makes a job that calls
 * `then` with two new functions, and one more to go on.
 */
export const AWAIT_FLOOR = 'await of a bare thenable'

export type MeasuredName = CaseName | typeof AWAIT_FLOOR

/**
 * Runs an operation `count` times and returns a checksum of all results.
 *
 * The checksum keeps the compiler from dropping the work, and proves that it was done.
 */
export type Operation = (count: number) => number | Promise<number>

export type Contestant = Readonly<Record<CaseName, Operation>> & {
  readonly [AWAIT_FLOOR]?: Operation
}

/** Inputs of operation `i`: small integers, so that numbers are never the measured cost. */
export const VALUE_MASK = 1_023

type Step = (value: number) => number

/**
 * Continuations from eight places in the source.
 *
 * With a single callback everything inlines into one loop and 3 links cost 4 ns, which no program
 * ever sees. Eight targets make the call inside `then` megamorphic, as it is in a real service.
 */
export const STEPS: readonly Step[] = [
  (value) => value + 1,
  (value) => value + 2,
  (value) => value ^ 3,
  (value) => value + 4,
  (value) => value ^ 5,
  (value) => value + 6,
  (value) => value ^ 7,
  (value) => value + 8,
]

/** The continuation of link `link` of operation `i`. */
export function step(i: number, link: number): Step {
  return STEPS[(i + link) & 7]!
}

/** How many premade inputs the cases that do not measure creation take turns with. */
export const INPUTS = 64

/** What each case's checksum must be, computed without any future. */
export const EXPECTED: Readonly<Record<MeasuredName, (count: number) => number>> = {
  'ready chain of 3': chain,
  'pending chain of 3': chain,
  'pending chain of 3, 100 in flight': chain,
  'all of 10 ready': (count) => sum(count, (i) => (i % INPUTS) + 10),
  'await of a ready one': (count) => sum(count, (i) => i % INPUTS),
  [AWAIT_FLOOR]: (count) => sum(count, (i) => i % INPUTS),
  'create ready': (count) => sum(count, (i) => i & VALUE_MASK),
  'create pending': (count) => count,
}

/** Operations of {@link CaseName} `... 100 in flight` between two drains. */
export const IN_FLIGHT = 100

function chain(count: number): number {
  return sum(count, (i) => step(i, 2)(step(i, 1)(step(i, 0)(i & VALUE_MASK))))
}

function sum(count: number, valueOf: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += valueOf(i)
  return total
}
