import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import * as fc from 'fast-check'
import { type Future, ManualClock, type WaitOptions } from '../../../../src/future/index.ts'
import { type Limits, limits, NaiveLine, type Wait } from './naive-line.ts'

const RUNS = { seed: 20_260, numRuns: 1000 }

export const waits = <Request>(request: fc.Arbitrary<Request>) =>
  fc.record({ kind: fc.constant('wait' as const), request, limits })
export const sized = <Kind extends string>(kind: Kind, max: number) =>
  fc.record({ kind: fc.constant(kind), size: fc.nat(max) })
export const plain = <Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind) })

/** Runs random programs of operations; after each one everything is compared with the model. */
export function compare<Step>(
  step: fc.Arbitrary<Step>,
  start: () => { act(step: Step): void; check(): void },
): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const machine = start()
      for (const next of steps) {
        machine.act(next)
        machine.check()
      }
    }),
    RUNS,
  )
}

/** Nobody who has left may be referred to by a timer or a signal. */
function checkReleased<Request, T>(
  line: NaiveLine<Request, T>,
  listening: ReadonlySet<Wait<Request, T>>,
): void {
  const timed = line.waiting.filter(({ deadlineMs }) => deadlineMs !== Number.POSITIVE_INFINITY)
  assert.equal(line.clock.pendingTimers, timed.length)
  for (const wait of line.all) {
    const isListened = listening.has(wait) && wait.status === 'pending'
    const listeners = getEventListeners(wait.controller.signal, 'abort')
    assert.equal(listeners.length, isListened ? 1 : 0)
  }
}

/** One line, and what every machine does with it. */
export class LineMachine<Request, T> {
  readonly line: NaiveLine<Request, T>
  readonly #serve: () => void
  readonly #listening = new Set<Wait<Request, T>>()

  constructor(serve: () => void, clock = new ManualClock()) {
    this.#serve = serve
    this.line = new NaiveLine(serve, clock)
  }

  wait(request: Request, limits: Limits, begin: (options: WaitOptions) => Future<T>): void {
    const wait = this.line.join(request, limits)
    if (limits.isAbortable) this.#listening.add(wait)
    this.#serve()
    wait.future = begin(this.line.options(wait, limits))
  }

  abort(at: number): void {
    this.line.abort(at, (wait) => this.#listening.has(wait))
  }

  advance(ms: number): void {
    this.line.expire(ms)
    this.line.clock.advance(ms)
  }

  check(): void {
    this.line.check()
    checkReleased(this.line, this.#listening)
  }
}

export type StepOf<A> = A extends fc.Arbitrary<infer Step> ? Step : never
