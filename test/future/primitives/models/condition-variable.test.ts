import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ConditionVariable } from '../../../../src/future/index.ts'
import { compare, LineMachine, plain, type StepOf, sized, waits } from './line-machine.ts'

describe('ConditionVariable, compared with a model', () => {
  const steps = fc.oneof(
    { weight: 8, arbitrary: waits(fc.constant(undefined)) },
    { weight: 5, arbitrary: plain('signal') },
    { weight: 1, arbitrary: plain('broadcast') },
    { weight: 3, arbitrary: sized('advance', 10) },
    { weight: 3, arbitrary: sized('abort', 60) },
    { weight: 1, arbitrary: plain('broken') },
  )

  class ConditionMachine {
    readonly #changed = new ConditionVariable()
    readonly #waits = new LineMachine<undefined, void>(() => this.#serve())
    #isSignalled = false
    #isBroken = false

    act(step: StepOf<typeof steps>): void {
      const { line } = this.#waits
      switch (step.kind) {
        case 'wait':
          return this.#waits.wait(undefined, step.limits, (options) => this.#changed.wait(options))
        case 'signal':
          if (line.waiting.length > 0) line.serveFirst()
          else this.#isSignalled = !this.#isBroken
          return this.#changed.signal()
        case 'broadcast':
          while (line.waiting.length > 0) line.serveFirst()
          return this.#changed.broadcast()
        case 'advance':
          return this.#waits.advance(step.size)
        case 'abort':
          return this.#waits.abort(step.size)
        case 'broken':
          this.#isBroken = true
          this.#serve()
          return this.#changed.broken()
      }
    }

    check(): void {
      this.#waits.check()
      assert.equal(this.#changed.waiters, this.#waits.line.waiting.length)
    }

    #serve(): void {
      const { line } = this.#waits
      if (this.#isBroken) return line.end('broken')
      if (!this.#isSignalled || line.waiting.length === 0) return
      this.#isSignalled = false
      line.serveFirst()
    }
  }

  it('wakes one a signal in order, and remembers one', () => {
    compare(steps, () => new ConditionMachine())
  })
})
