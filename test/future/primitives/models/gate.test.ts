import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Gate, GateClosedError, type Holder } from '../../../../src/future/index.ts'
import { compare, LineMachine, plain, type StepOf, sized, waits } from './line-machine.ts'

describe('Gate, compared with a model', () => {
  const steps = fc.oneof(
    { weight: 1, arbitrary: waits(fc.constant(undefined)) },
    { weight: 6, arbitrary: plain('enter') },
    { weight: 6, arbitrary: plain('leave') },
    { weight: 4, arbitrary: plain('hold') },
    { weight: 3, arbitrary: sized('copy', 60) },
    { weight: 6, arbitrary: sized('release', 60) },
    { weight: 2, arbitrary: sized('advance', 10) },
    { weight: 2, arbitrary: sized('abort', 60) },
  )

  class GateMachine {
    readonly #gate = new Gate()
    readonly #waits = new LineMachine<undefined, void>(() => this.#serve())
    #entered = 0
    #holders: Holder[] = []
    #isClosed = false

    act(step: StepOf<typeof steps>): void {
      switch (step.kind) {
        case 'wait':
          this.#isClosed = true
          return this.#waits.wait(undefined, step.limits, (options) => this.#gate.close(options))
        case 'enter':
          assert.equal(this.#gate.tryEnter(), !this.#isClosed)
          this.#entered += this.#isClosed ? 0 : 1
          return
        case 'leave':
          return this.#leave()
        case 'hold':
          if (this.#isClosed) assert.throws(() => this.#gate.hold(), GateClosedError)
          else this.#holders.push(this.#gate.hold())
          return
        case 'copy': {
          const holder = this.#pick(step.size)
          if (holder !== undefined) this.#holders.push(holder.hold())
          return
        }
        case 'release': {
          const holder = this.#pick(step.size)
          this.#holders = this.#holders.filter((other) => other !== holder)
          this.#serve()
          return holder?.leave()
        }
        case 'advance':
          return this.#waits.advance(step.size)
        case 'abort':
          return this.#waits.abort(step.size)
      }
    }

    check(): void {
      this.#waits.check()
      assert.equal(this.#gate.count, this.#inside())
      assert.equal(this.#gate.isClosed, this.#isClosed)
    }

    #inside(): number {
      return this.#entered + this.#holders.length
    }

    #pick(at: number): Holder | undefined {
      return this.#holders[at % Math.max(1, this.#holders.length)]
    }

    #leave(): void {
      if (this.#entered === 0) return
      this.#entered--
      this.#serve()
      this.#gate.leave()
    }

    #serve(): void {
      const { line } = this.#waits
      while (this.#inside() === 0 && line.waiting.length > 0) line.serveFirst()
    }
  }

  it('closes exactly when the last has left', () => {
    compare(steps, () => new GateMachine())
  })
})
