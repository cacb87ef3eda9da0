/** Inputs of operation `i`: small integers, so that numbers are never the measured cost. */
export const VALUE_MASK = 1_023

export type Step = (value: number) => number

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

/** The stages of the pipeline, of the same eight. */
export const STAGES: readonly Step[] = STEPS.slice(0, 5)

/** What the eight handlers compute, without any future; each contestant writes out its own eight. */
export const PLAIN_HANDLERS: readonly Step[] = [
  (value) => ((value + 1) ^ 2) + 3,
  (value) => ((value + 4) ^ 5) + 6,
  (value) => ((value + 7) ^ 8) + 9,
  (value) => ((value + 10) ^ 11) + 12,
  (value) => ((value + 13) ^ 14) + 15,
  (value) => ((value + 16) ^ 17) + 18,
  (value) => ((value + 19) ^ 20) + 21,
  (value) => ((value + 22) ^ 23) + 24,
]

/** How many premade inputs the cases that do not measure creation take turns with. */
export const INPUTS = 64

/** How many premade lists the cases of `all` take turns with. */
export const LISTS = 8

/** Operations of the cases with 100 in flight, or 100 in the queue, between two drains. */
export const IN_FLIGHT = 100

/** The list that is mapped, and how many of it at a time. */
export const ITEMS: readonly number[] = Array.from({ length: 1_000 }, (_, i) => i)
export const CONCURRENCY = 10

/** {@link INPUTS} ready ones, which `make` creates. */
export function readyInputs<T>(make: (value: number) => T): readonly T[] {
  return Array.from({ length: INPUTS }, (_, i) => make(i))
}

/** {@link LISTS} lists of `length` ready ones each, which `make` creates. */
export function readyLists<T>(length: number, make: (value: number) => T): readonly T[][] {
  return Array.from({ length: LISTS }, (_, i) => Array.from({ length }, (_, j) => make(i + j)))
}

/** A place where the results of creation end for a while, so that none can be kept on the stack. */
export function createSink(): unknown[] {
  return Array.from({ length: 1_024 })
}

/** What is added to the checksum for the list that operation `i` got: its length and one of its elements. */
export function sample(values: readonly number[], i: number): number {
  return values[i % values.length]! + values.length
}
