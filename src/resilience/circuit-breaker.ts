import { OptionError } from '../core/errors.ts'
import { type Eventual, Future } from '../future/future.ts'
import { circuitChange } from './channels.ts'
import {
  type CircuitBreakerOptions,
  type CircuitEvent,
  type CircuitSettings,
  type CircuitState,
  circuitSettings,
} from './circuit-breaker-options.ts'
import { CircuitOpenError } from './errors.ts'
import { OutcomeWindow } from './outcome-window.ts'

/** Numbers of a {@link CircuitBreaker}. */
export interface CircuitStats {
  readonly state: CircuitState
  /** Within the window. */
  readonly window: { readonly calls: number; readonly failures: number; readonly slow: number }
  /** Since the start. */
  readonly succeeded: number
  readonly failed: number
  /** Calls that were not made because it was open. */
  readonly refused: number
  /** How often it opened. */
  readonly opened: number
}

/**
 * Stops calling what fails, and tries again after a while, so that an outage costs its callers no
 * waiting and what is down is left in peace to come back.
 *
 * It opens when the share of failures, or of slow calls, within a sliding window reaches a bound. When
 * its time is over a few trial calls are made: it closes if all succeed and opens again, for longer,
 * if one fails. Outcomes of calls made before a change of state no longer count.
 *
 * @see M. Nygard, "Release It!", "Circuit Breaker"
 */
export class CircuitBreaker {
  readonly #settings: CircuitSettings
  readonly #window: OutcomeWindow
  readonly #what: string
  #state: CircuitState = 'closed'
  /** Grows with each change of state: outcomes of older calls are not counted. */
  #era = 0
  #reopensAtMs = 0
  /** How often in a row it has opened without closing. */
  #relapses = 0
  #trials = 0
  #passedTrials = 0
  #succeeded = 0
  #failed = 0
  #refused = 0
  #opened = 0

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: CircuitBreakerOptions = {}) {
    this.#settings = circuitSettings(options)
    this.#window = new OutcomeWindow(this.#settings.windowMs)
    const { name } = this.#settings
    this.#what = name === undefined ? 'The circuit' : `The circuit "${name}"`
  }

  /** What it was called when it was made. */
  get name(): string | undefined {
    return this.#settings.name
  }

  /** `half-open` also when its time is over and nobody has called yet. */
  get state(): CircuitState {
    return this.#isDue() ? 'half-open' : this.#state
  }

  stats(): CircuitStats {
    const window = this.#window
    window.advance(this.#settings.clock.nowMs())
    return {
      state: this.state,
      window: { calls: window.calls, failures: window.failures, slow: window.slow },
      succeeded: this.#succeeded,
      failed: this.#failed,
      refused: this.#refused,
      opened: this.#opened,
    }
  }

  /**
   * Calls `work` if the circuit is not open, and notes what comes of it.
   *
   * A trial call that never ends keeps the circuit half-open: give `work` a time limit.
   *
   * @returns the outcome of `work`, ready at once if it is; fails with {@link CircuitOpenError}, and
   *   `work` is not called then
   * @throws {OptionError} if `work` is not a function
   */
  run<T>(work: () => Eventual<T>): Future<T> {
    if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
    if (!this.#admit()) {
      this.#refused++
      return Future.failed(new CircuitOpenError(this.#what, this.#remainingMs()))
    }
    const era = this.#era
    const startMs = this.#settings.clock.nowMs()
    const outcome = Future.try(work)
    if (outcome.isReady) {
      this.#note(era, startMs, this.#isFailedResult(outcome.get()))
      return outcome
    }
    return outcome.then(
      (value) => {
        this.#note(era, startMs, this.#isFailedResult(value))
        return value
      },
      (reason) => {
        this.#note(era, startMs, this.#settings.isFailure(reason) ? true : undefined)
        throw reason
      },
    )
  }

  /** Opens it by hand, for the time of a first failure: maintenance of what it guards, for example. */
  trip(): void {
    this.#relapses = 0
    this.#open()
  }

  /** Closes it by hand and forgets the outcomes so far. */
  reset(): void {
    this.#relapses = 0
    this.#window.clear()
    this.#change('closed', 0)
  }

  #admit(): boolean {
    if (this.#isDue()) {
      this.#trials = 0
      this.#passedTrials = 0
      this.#change('half-open', 0)
    }
    if (this.#state === 'closed') return true
    if (this.#state === 'open' || this.#trials >= this.#settings.trialCalls) return false
    this.#trials++
    return true
  }

  #isDue(): boolean {
    return this.#state === 'open' && this.#settings.clock.nowMs() >= this.#reopensAtMs
  }

  #remainingMs(): number {
    if (this.#state !== 'open') return 0
    return Math.max(0, this.#reopensAtMs - this.#settings.clock.nowMs())
  }

  #isFailedResult(value: unknown): boolean {
    return this.#settings.isFailedResult?.(value as never) === true
  }

  /** @param isFailure - `undefined` if the outcome says nothing */
  #note(era: number, startMs: number, isFailure: boolean | undefined): void {
    if (isFailure === true) this.#failed++
    else if (isFailure === false) this.#succeeded++
    if (era !== this.#era) return
    const nowMs = this.#settings.clock.nowMs()
    const isSlow = nowMs - startMs >= this.#settings.slowCallMs
    if (this.#state === 'half-open') this.#noteTrial(isFailure, isSlow)
    else if (isFailure !== undefined) {
      this.#window.add(nowMs, isFailure, isSlow)
      if (this.#isTooBad()) this.#open()
    }
  }

  #noteTrial(isFailure: boolean | undefined, isSlow: boolean): void {
    if (isFailure === undefined) {
      this.#trials--
      return
    }
    if (isFailure || isSlow) return this.#open()
    if (++this.#passedTrials < this.#settings.trialCalls) return
    this.#relapses = 0
    this.#window.clear()
    this.#change('closed', 0)
  }

  #isTooBad(): boolean {
    const { minCalls, failureRatio, slowRatio } = this.#settings
    const { calls, failures, slow } = this.#window
    if (calls < minCalls) return false
    return failures >= calls * failureRatio || slow >= calls * slowRatio
  }

  #open(): void {
    const { openMs, maxOpenMs, jitter, random, clock } = this.#settings
    const pauseMs = Math.min(maxOpenMs, openMs * 2 ** this.#relapses) * (1 + jitter * random())
    this.#relapses++
    this.#opened++
    this.#reopensAtMs = clock.nowMs() + pauseMs
    this.#window.clear()
    this.#change('open', pauseMs)
  }

  #change(to: CircuitState, openMs: number): void {
    const from = this.#state
    this.#era++
    this.#state = to
    if (from === to) return
    const { name, onStateChange } = this.#settings
    const event: CircuitEvent = { name, from, to, openMs }
    if (circuitChange.hasSubscribers) circuitChange.publish(event)
    onStateChange?.(event)
  }
}
