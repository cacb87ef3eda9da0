import type { Operation } from '../lib/operations.ts'
import { FAILURES, LARGE, MEDIUM, SMALL, SMALL_WITH_SECRET, SMALL_WRONG } from './inputs.ts'

interface Case {
  /** How many objects one operation handles, roughly. */
  readonly size: number
  /** What operation `i` adds to the checksum. */
  readonly expected: (i: number) => number
}

/** What is measured; every contestant implements the cases it has under the same names. */
const CASES = {
  'check small': { size: 1, expected: (i) => SMALL[i % SMALL.length]!.id },
  'check medium': { size: 8, expected: (i) => MEDIUM[i % MEDIUM.length]!.id },
  'check large': { size: 100, expected: (i) => LARGE[i % LARGE.length]!.id },
  'refuse small': { size: 1, expected: () => FAILURES },
  'write small': { size: 2, expected: (i) => bytesOf(SMALL, i) },
  'write medium': { size: 10, expected: (i) => bytesOf(MEDIUM, i) },
  'write large': { size: 150, expected: (i) => bytesOf(LARGE, i) },
  'write and filter small': { size: 2, expected: (i) => bytesOf(SMALL, i) },
} as const satisfies Readonly<Record<string, Case>>

export type CaseName = keyof typeof CASES

export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[]

/** The operations of one contestant. */
export type Contestant = Readonly<Partial<Record<CaseName, Operation>>>

export function caseOf(name: CaseName): Case {
  return CASES[name]
}

/** The checksum of `count` operations. */
export function expectedChecksum(name: CaseName, count: number): number {
  const { expected } = caseOf(name)
  let total = 0
  for (let i = 0; i < count; i++) total += expected(i)
  return total
}

const lengths = new Map<readonly unknown[], readonly number[]>()

function bytesOf(values: readonly unknown[], i: number): number {
  const known = lengths.get(values) ?? values.map((value) => JSON.stringify(value).length)
  lengths.set(values, known)
  return known[i % values.length]!
}

/** What a contestant can do with one model. */
export interface Model {
  /** The value to go on with; throws if it does not fit. */
  readonly check?: (value: unknown) => unknown
  /** JSON text of a value. */
  readonly write?: (value: unknown) => string
  /** How many failures it reports, all of them. */
  readonly countFailures?: (value: unknown) => number
}

/** Written texts end here, as they do in a server: a text in pieces is put together then at last. */
const OUT = Buffer.alloc(1 << 20)

/** The loops around the models, the same for everybody. */
export function contestantOf(models: {
  readonly small: Model
  readonly medium: Model
  readonly large: Model
}): Contestant {
  const { small, medium, large } = models
  return {
    ...checkCases(small, medium, large),
    ...writeCases(small, medium, large),
    ...refuseCase(small),
  }
}

function checkCases(small: Model, medium: Model, large: Model): Contestant {
  if (!small.check || !medium.check || !large.check) return {}
  return {
    'check small': checkAll(small.check, SMALL),
    'check medium': checkAll(medium.check, MEDIUM),
    'check large': checkAll(large.check, LARGE),
  }
}

function checkAll(check: (value: unknown) => unknown, values: readonly unknown[]): Operation {
  return (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += (check(values[i % values.length]) as { readonly id: number }).id
    }
    return total
  }
}

function writeCases(small: Model, medium: Model, large: Model): Contestant {
  if (!small.write || !medium.write || !large.write) return {}
  return {
    'write small': writeAll(small.write, SMALL),
    'write medium': writeAll(medium.write, MEDIUM),
    'write large': writeAll(large.write, LARGE),
    'write and filter small': writeAll(small.write, SMALL_WITH_SECRET),
  }
}

function writeAll(write: (value: unknown) => string, values: readonly unknown[]): Operation {
  return (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += OUT.write(write(values[i % values.length]), 'latin1')
    return total
  }
}

function refuseCase({ countFailures }: Model): Contestant {
  if (!countFailures) return {}
  return {
    'refuse small': (count) => {
      let total = 0
      for (let i = 0; i < count; i++) total += countFailures(SMALL_WRONG[i % SMALL_WRONG.length])
      return total
    },
  }
}
