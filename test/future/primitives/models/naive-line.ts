import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  AbortedError,
  BrokenError,
  type Future,
  ManualClock,
  QueueClosedError,
  TimeoutError,
  type WaitOptions,
} from '../../../../src/future/index.ts'

/** How a wait stands, in the model and for real. */
export type Status = 'pending' | 'ready' | 'timeout' | 'aborted' | 'broken' | 'closed'

/** One wait of the model, beside the real one. */
export interface Wait<Request, T> {
  readonly request: Request
  readonly deadlineMs: number
  readonly controller: AbortController
  /** Set when the real wait has begun. */
  future: Future<T> | undefined
  status: Status
  /** What the model says it becomes ready with. */
  value: T | undefined
}

/** How a wait is limited: by time, by a signal, by both, or not at all. */
export const limits: fc.Arbitrary<{ timeoutMs?: number; isAbortable: boolean }> = fc.record(
  { timeoutMs: fc.integer({ min: 0, max: 20 }), isAbortable: fc.boolean() },
  { requiredKeys: ['isAbortable'] },
)

export type Limits = typeof limits extends fc.Arbitrary<infer L> ? L : never

/** Those who wait, as an array: the plainest thing that can be right. */
export class NaiveLine<Request, T> {
  readonly clock: ManualClock
  readonly all: Wait<Request, T>[] = []
  waiting: Wait<Request, T>[] = []
  readonly #serve: () => void

  /** @param serve - serves whoever can be served, after somebody has left */
  constructor(serve: () => void, clock: ManualClock) {
    this.clock = clock
    this.#serve = serve
  }

  /** Puts a wait at the end of the line. */
  join(request: Request, { timeoutMs }: Limits): Wait<Request, T> {
    const wait: Wait<Request, T> = {
      request,
      deadlineMs: this.clock.nowMs() + (timeoutMs ?? Number.POSITIVE_INFINITY),
      controller: new AbortController(),
      future: undefined,
      status: 'pending',
      value: undefined,
    }
    this.all.push(wait)
    this.waiting.push(wait)
    return wait
  }

  options(wait: Wait<Request, T>, { timeoutMs, isAbortable }: Limits): WaitOptions {
    return {
      clock: this.clock,
      ...(timeoutMs === undefined ? undefined : { timeoutMs }),
      ...(isAbortable ? { signal: wait.controller.signal } : undefined),
    }
  }

  serveFirst(value?: T): void {
    const wait = this.waiting.shift() as Wait<Request, T>
    wait.status = 'ready'
    wait.value = value
  }

  end(status: Status): void {
    for (const wait of this.waiting.splice(0)) wait.status = status
  }

  /** Those whose time will be up leave, in the order of their deadlines; the clock goes on later. */
  expire(ms: number): void {
    const untilMs = this.clock.nowMs() + ms
    for (;;) {
      const due = this.waiting.filter(({ deadlineMs }) => deadlineMs <= untilMs)
      const next = due.toSorted((a, b) => a.deadlineMs - b.deadlineMs)[0]
      if (next === undefined) break
      this.#leave(next, 'timeout')
    }
  }

  /** Aborts the wait at `at`, if there is one: it leaves if it waits and listens. */
  abort(at: number, isListening: (wait: Wait<Request, T>) => boolean): void {
    const wait = this.all[at % Math.max(1, this.all.length)]
    if (wait === undefined) return
    if (wait.status === 'pending' && isListening(wait)) this.#leave(wait, 'aborted')
    wait.controller.abort()
  }

  /** Compares every wait there ever was. */
  check(): void {
    for (const { future, status, value } of this.all) {
      assert.ok(future)
      assert.equal(statusOf(future), status)
      if (status === 'ready' && value !== undefined) assert.equal(future.get(), value)
    }
  }

  #leave(wait: Wait<Request, T>, status: Status): void {
    this.waiting = this.waiting.filter((other) => other !== wait)
    wait.status = status
    this.#serve()
  }
}

function statusOf(future: Future<unknown>): Status {
  if (future.isPending) return 'pending'
  if (future.isReady) return 'ready'
  future.ignore()
  const reason = future.outcome
  if (reason instanceof TimeoutError) return 'timeout'
  if (reason instanceof AbortedError) return 'aborted'
  if (reason instanceof QueueClosedError) return 'closed'
  assert.ok(reason instanceof BrokenError)
  return 'broken'
}
