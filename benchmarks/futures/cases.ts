import type { Operation } from '../lib/operations.ts'
import {
  INPUTS,
  ITEMS,
  LISTS,
  PLAIN_HANDLERS,
  STAGES,
  type Step,
  step,
  VALUE_MASK,
} from './inputs.ts'

interface Case {
  /** How many values one operation handles, roughly: long operations are repeated less often. */
  readonly size: number
  /** What operation `i` adds to the checksum, computed without any future. */
  readonly expected: Step
  /** The largest allowed ours / native; absent for information only. */
  readonly budget?: number
}

/** What is measured; every contestant implements the cases it has under the same names. */
const CASES = {
  'create ready': { size: 1, expected: (i) => i & VALUE_MASK },
  'create pending': { size: 1, expected: () => 1 },
  'ready chain of 1': { size: 1, expected: chain(1) },
  'ready chain of 3': { size: 1, expected: chain(3), budget: 0.25 },
  'ready chain of 3 in 8 handlers': { size: 1, expected: handler, budget: 0.25 },
  'ready chain of 10': { size: 10, expected: chain(10) },
  'pending chain of 1': { size: 1, expected: chain(1) },
  'pending chain of 3': { size: 1, expected: chain(3), budget: 0.6 },
  'pending chain of 3, 100 in flight': { size: 1, expected: chain(3), budget: 0.6 },
  'pending chain of 10': { size: 10, expected: chain(10) },
  'pending chain of 100': { size: 100, expected: chain(100) },
  'await of a ready one': { size: 1, expected: (i) => i % INPUTS, budget: 2 },
  'all of 10 ready': { size: 10, expected: list(10), budget: 0.2 },
  'all of 100 ready': { size: 100, expected: list(100) },
  'all of 1,000 ready': { size: 1_000, expected: list(1_000) },
  'all of 10 pending': { size: 10, expected: list(10) },
  'all of 100 pending': { size: 100, expected: list(100) },
  'all of 1,000 pending': { size: 1_000, expected: list(1_000) },
  'map of 1,000 ready, 10 at a time': { size: 1_000, expected: mapped },
  'map of 1,000 async, 10 at a time': { size: 1_000, expected: mapped },
  'semaphore hand-over': { size: 1, expected: (i) => i & VALUE_MASK },
  'retry, first attempt succeeds': { size: 1, expected: (i) => i % INPUTS },
  'pipeline of 5 stages': { size: 1, expected: (i) => piped(i & VALUE_MASK) },
} as const satisfies Readonly<Record<string, Case>>

export type CaseName = keyof typeof CASES

export const CASE_NAMES = Object.keys(CASES) as readonly CaseName[]

/**
 * What `await` costs of the smallest object with a `then`: no thenable can be cheaper.
 *
 * The engine has a short way for its own promises only: for any other it makes a job that calls
 * `then` with two new functions, and one more to go on.
 */
export const AWAIT_FLOOR = 'await of a bare thenable'

export type MeasuredName = CaseName | typeof AWAIT_FLOOR

/** The operations of one contestant. */
export type Contestant = Readonly<Partial<Record<MeasuredName, Operation>>>

/** @returns the case of that name; the floor of `await` is a case like the `await` it stands beside */
export function caseOf(name: MeasuredName): Case {
  return CASES[name === AWAIT_FLOOR ? 'await of a ready one' : name]
}

/** The checksum of `count` operations. */
export function expectedChecksum(name: MeasuredName, count: number): number {
  const { expected } = caseOf(name)
  let total = 0
  for (let i = 0; i < count; i++) total += expected(i)
  return total
}

function chain(links: number): Step {
  return (i) => {
    let value = i & VALUE_MASK
    for (let link = 0; link < links; link++) value = step(i, link)(value)
    return value
  }
}

function handler(i: number): number {
  return PLAIN_HANDLERS[i & 7]!(i & VALUE_MASK)
}

function list(length: number): Step {
  return (i) => (i % LISTS) + (i % length) + length
}

function mapped(i: number): number {
  return (i % ITEMS.length) + 1 + ITEMS.length
}

function piped(value: number): number {
  return STAGES.reduce((result, stage) => stage(result), value)
}
