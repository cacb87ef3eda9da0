import { Deferred, Effect, Fiber, Schedule, Semaphore } from 'effect'
import {
  CONCURRENCY,
  IN_FLIGHT,
  INPUTS,
  ITEMS,
  LISTS,
  readyInputs,
  readyLists,
  STAGES,
  sample,
  step,
  VALUE_MASK,
} from '../inputs.ts'

/**
 * Runs `body` for each operation and sums up what it gives.
 *
 * The loop is an effect, too, and only the whole is run: once, at the edge of the program, as the
 * documentation asks for.
 */
function operations(body) {
  return (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        let total = 0
        for (let i = 0; i < count; i++) total += yield* body(i)
        return total
      }),
    )
}

/** A forked fiber runs up to where it waits before its parent goes on: what it waits for is pending. */
const AT_ONCE = { startImmediately: true }

function withLinks(first, i, links) {
  let last = first
  for (let link = 0; link < links; link++) last = Effect.map(last, step(i, link))
  return last
}

function readyChain(links) {
  return operations((i) => withLinks(Effect.succeed(i & VALUE_MASK), i, links))
}

const startChain = Effect.fnUntraced(function* (i, links) {
  const deferred = yield* Deferred.make()
  const chain = withLinks(Deferred.await(deferred), i, links)
  const fiber = yield* Effect.forkChild(chain, AT_ONCE)
  return { deferred, fiber }
})

function pendingChain(links) {
  return operations(
    Effect.fnUntraced(function* (i) {
      const { deferred, fiber } = yield* startChain(i, links)
      yield* Deferred.succeed(deferred, i & VALUE_MASK)
      return yield* Fiber.join(fiber)
    }),
  )
}

function allReady(length) {
  const lists = readyLists(length, (value) => Effect.succeed(value))
  return operations((i) => Effect.map(Effect.all(lists[i % LISTS]), (values) => sample(values, i)))
}

function allPending(length) {
  return operations(
    Effect.fnUntraced(function* (i) {
      const deferreds = []
      for (let j = 0; j < length; j++) deferreds.push(yield* Deferred.make())
      const all = Effect.all(deferreds.map(Deferred.await), { concurrency: 'unbounded' })
      const fiber = yield* Effect.forkChild(all, AT_ONCE)
      for (let j = 0; j < length; j++) yield* Deferred.succeed(deferreds[j], (i % LISTS) + j)
      return sample(yield* Fiber.join(fiber), i)
    }),
  )
}

function mapping(mapper) {
  return operations((i) =>
    Effect.forEach(ITEMS, mapper, { concurrency: CONCURRENCY }).pipe(
      Effect.map((values) => sample(values, i)),
    ),
  )
}

/** Eight handlers as users write them: a chain of literal closures each. */
const HANDLERS = [
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 1),
      Effect.map((value) => value ^ 2),
      Effect.map((value) => value + 3),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 4),
      Effect.map((value) => value ^ 5),
      Effect.map((value) => value + 6),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 7),
      Effect.map((value) => value ^ 8),
      Effect.map((value) => value + 9),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 10),
      Effect.map((value) => value ^ 11),
      Effect.map((value) => value + 12),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 13),
      Effect.map((value) => value ^ 14),
      Effect.map((value) => value + 15),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 16),
      Effect.map((value) => value ^ 17),
      Effect.map((value) => value + 18),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 19),
      Effect.map((value) => value ^ 20),
      Effect.map((value) => value + 21),
    ),
  (input) =>
    Effect.succeed(input).pipe(
      Effect.map((value) => value + 22),
      Effect.map((value) => value ^ 23),
      Effect.map((value) => value + 24),
    ),
]

const ready = readyInputs((value) => Effect.succeed(value))
const threeAttempts = { schedule: Schedule.exponential('100 millis'), times: 2 }

/** @type {import('../cases.ts').Contestant} */
export const contestant = {
  'ready chain of 1': readyChain(1),
  'ready chain of 3': readyChain(3),
  'ready chain of 10': readyChain(10),
  'ready chain of 3 in 8 handlers': operations((i) => HANDLERS[i & 7](i & VALUE_MASK)),
  'pending chain of 1': pendingChain(1),
  'pending chain of 3': pendingChain(3),
  'pending chain of 10': pendingChain(10),
  'pending chain of 100': pendingChain(100),

  'pending chain of 3, 100 in flight': (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        let total = 0
        for (let i = 0; i < count; ) {
          const chains = []
          const end = Math.min(count, i + IN_FLIGHT)
          for (let j = i; j < end; j++) chains.push(yield* startChain(j, 3))
          for (const { deferred } of chains) yield* Deferred.succeed(deferred, i++ & VALUE_MASK)
          for (const { fiber } of chains) total += yield* Fiber.join(fiber)
        }
        return total
      }),
    ),

  'all of 10 ready': allReady(10),
  'all of 100 ready': allReady(100),
  'all of 1,000 ready': allReady(1_000),
  'all of 10 pending': allPending(10),
  'all of 100 pending': allPending(100),
  'all of 1,000 pending': allPending(1_000),
  'map of 1,000 ready, 10 at a time': mapping((item) => Effect.succeed(item + 1)),
  'map of 1,000 async, 10 at a time': mapping((item) => Effect.promise(async () => item + 1)),

  'semaphore hand-over': (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        let total = 0
        const semaphore = yield* Semaphore.make(1)
        const add = (value) =>
          Effect.sync(() => {
            total += value
          })
        for (let i = 0; i < count; ) {
          yield* semaphore.take(1)
          let last
          for (const end = Math.min(count, i + IN_FLIGHT); i < end; i++) {
            last = yield* Effect.forkChild(semaphore.withPermit(add(i & VALUE_MASK)), AT_ONCE)
          }
          yield* semaphore.release(1)
          yield* Fiber.join(last)
        }
        return total
      }),
    ),

  'retry, first attempt succeeds': operations((i) =>
    Effect.retry(ready[i % INPUTS], threeAttempts),
  ),

  'pipeline of 5 stages': operations((i) =>
    Effect.succeed(i & VALUE_MASK).pipe(
      Effect.map(STAGES[0]),
      Effect.map(STAGES[1]),
      Effect.map(STAGES[2]),
      Effect.map(STAGES[3]),
      Effect.map(STAGES[4]),
    ),
  ),
}
