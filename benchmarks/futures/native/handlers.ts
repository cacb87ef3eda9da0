import type { Contestant } from '../cases.ts'
import { VALUE_MASK } from '../inputs.ts'

/**
 * Eight handlers as users write them: a chain of literal closures each.
 *
 * Not `async` functions: those would cost a promise more, and what they add is the caller's `await`.
 */
const HANDLERS: readonly ((input: number) => Promise<number>)[] = [
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 1)
      .then((value) => value ^ 2)
      .then((value) => value + 3),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 4)
      .then((value) => value ^ 5)
      .then((value) => value + 6),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 7)
      .then((value) => value ^ 8)
      .then((value) => value + 9),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 10)
      .then((value) => value ^ 11)
      .then((value) => value + 12),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 13)
      .then((value) => value ^ 14)
      .then((value) => value + 15),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 16)
      .then((value) => value ^ 17)
      .then((value) => value + 18),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 19)
      .then((value) => value ^ 20)
      .then((value) => value + 21),
  (input) =>
    Promise.resolve(input)
      .then((value) => value + 22)
      .then((value) => value ^ 23)
      .then((value) => value + 24),
]

export const handlers = {
  'ready chain of 3 in 8 handlers': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await HANDLERS[i & 7]!(i & VALUE_MASK)
    return total
  },
} as const satisfies Contestant
