import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type Future, Semaphore, type Units } from '../../../../src/future/index.ts'
import { compare, LineMachine, plain, type StepOf, sized, waits } from './line-machine.ts'
import { type Limits } from './naive-line.ts'

describe('Semaphore, compared with a model', () => {
  const steps = fc.oneof(
    { weight: 8, arbitrary: waits(fc.record({ units: fc.nat(4), isOwned: fc.boolean() })) },
    { weight: 3, arbitrary: sized('tryWait', 4) },
    { weight: 5, arbitrary: sized('signal', 4) },
    { weight: 1, arbitrary: sized('consume', 4) },
    { weight: 3, arbitrary: sized('return', 60) },
    { weight: 4, arbitrary: sized('advance', 10) },
    { weight: 4, arbitrary: sized('abort', 60) },
    { weight: 1, arbitrary: plain('broken') },
  )

  class SemaphoreMachine {
    readonly #semaphore = new Semaphore(2)
    readonly #waits = new LineMachine<{ units: number; isOwned: boolean }, Units | undefined>(() =>
      this.#serve(),
    )
    #available = 2
    #isBroken = false

    act(step: StepOf<typeof steps>): void {
      const { line } = this.#waits
      switch (step.kind) {
        case 'wait':
          return this.#wait(step.request, step.limits)
        case 'tryWait': {
          const isTaken =
            !this.#isBroken && line.waiting.length === 0 && this.#available >= step.size
          if (isTaken) this.#available -= step.size
          return assert.equal(this.#semaphore.tryWait(step.size), isTaken)
        }
        case 'signal':
          this.#signal(step.size)
          return this.#semaphore.signal(step.size)
        case 'consume':
          if (!this.#isBroken) this.#available -= step.size
          return this.#semaphore.consume(step.size)
        case 'return':
          return this.#return(step.size)
        case 'advance':
          return this.#waits.advance(step.size)
        case 'abort':
          return this.#waits.abort(step.size)
        case 'broken':
          this.#isBroken = true
          this.#available = 0
          line.end('broken')
          return this.#semaphore.broken()
      }
    }

    check(): void {
      this.#waits.check()
      assert.equal(this.#semaphore.available, this.#available)
      assert.equal(this.#semaphore.waiters, this.#waits.line.waiting.length)
    }

    #wait(request: { units: number; isOwned: boolean }, limits: Limits): void {
      const { units, isOwned } = request
      this.#waits.wait(request, limits, (options) =>
        isOwned
          ? this.#semaphore.getUnits(units, options)
          : (this.#semaphore.wait(units, options) as Future<undefined>),
      )
    }

    /** Gives units back that are owned, if there are any: they are conserved. */
    #return(at: number): void {
      const { all } = this.#waits.line
      const wait = all[at % Math.max(1, all.length)]
      if (wait?.status !== 'ready' || !wait.request.isOwned) return
      const units = wait.future?.get()
      this.#signal(units?.count ?? 0)
      units?.return()
    }

    #signal(units: number): void {
      if (this.#isBroken) return
      this.#available += units
      this.#serve()
    }

    #serve(): void {
      const { line } = this.#waits
      if (this.#isBroken) return line.end('broken')
      for (;;) {
        const head = line.waiting[0]?.request
        if (head === undefined || head.units > this.#available) return
        this.#available -= head.units
        line.serveFirst()
      }
    }
  }

  it('conserves its units and serves in order, whatever happens', () => {
    compare(steps, () => new SemaphoreMachine())
  })
})
