import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { BoundedQueue, ManualClock } from '../../../../src/future/index.ts'
import { compare, LineMachine, plain, type StepOf, sized } from './line-machine.ts'
import { limits } from './naive-line.ts'

describe('BoundedQueue, compared with a model', () => {
  const CAPACITY = 3
  const steps = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('push' as const), limits }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('pop' as const), limits }) },
    { weight: 3, arbitrary: plain('tryPush') },
    { weight: 3, arbitrary: plain('tryPop') },
    { weight: 4, arbitrary: sized('advance', 10) },
    { weight: 2, arbitrary: sized('abortPush', 60) },
    { weight: 2, arbitrary: sized('abortPop', 60) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'end' as const, isAbort: false }) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'end' as const, isAbort: true }) },
  )

  class QueueMachine {
    readonly #queue = new BoundedQueue<number>(CAPACITY)
    readonly #clock = new ManualClock()
    readonly #pushes = new LineMachine<number, void>(() => this.#serve(), this.#clock)
    readonly #pops = new LineMachine<undefined, number>(() => this.#serve(), this.#clock)
    #items: number[] = []
    #next = 1
    #ending: 'open' | 'closed' | 'aborted' = 'open'

    act(step: StepOf<typeof steps>): void {
      switch (step.kind) {
        case 'push': {
          const item = this.#next++
          return this.#pushes.wait(item, step.limits, (options) => this.#queue.push(item, options))
        }
        case 'pop':
          return this.#pops.wait(undefined, step.limits, (options) => this.#queue.pop(options))
        case 'tryPush':
          return this.#tryPush()
        case 'tryPop': {
          const item = this.#items.shift()
          this.#serve()
          return assert.equal(this.#queue.tryPop(), item)
        }
        case 'advance':
          this.#pushes.line.expire(step.size)
          this.#pops.line.expire(step.size)
          return this.#clock.advance(step.size)
        case 'abortPush':
          return this.#pushes.abort(step.size)
        case 'abortPop':
          return this.#pops.abort(step.size)
        case 'end':
          return this.#end(step.isAbort)
      }
    }

    check(): void {
      this.#pushes.line.check()
      this.#pops.line.check()
      assert.ok(this.#queue.size <= CAPACITY)
      assert.deepEqual([this.#queue.size, this.#queue.peek()], [this.#items.length, this.#items[0]])
      assert.equal(this.#queue.waitingProducers, this.#pushes.line.waiting.length)
      assert.equal(this.#queue.waitingConsumers, this.#pops.line.waiting.length)
    }

    #tryPush(): void {
      const item = this.#next++
      const isTaken = this.#ending === 'open' && this.#items.length < CAPACITY
      if (isTaken) this.#items.push(item)
      this.#serve()
      assert.equal(this.#queue.tryPush(item), isTaken)
    }

    #end(isAbort: boolean): void {
      if (isAbort) {
        this.#ending = 'aborted'
        this.#items = []
        this.#queue.abort()
      } else {
        if (this.#ending === 'open') this.#ending = 'closed'
        this.#queue.close()
      }
      this.#serve()
    }

    /** Item by item, as far as it goes: nothing here is clever. */
    #serve(): void {
      const pushes = this.#pushes.line
      const pops = this.#pops.line
      if (this.#ending !== 'open') pushes.end(this.#ending)
      for (;;) {
        const item = pushes.waiting[0]?.request
        if (pops.waiting.length > 0 && this.#items.length > 0) pops.serveFirst(this.#items.shift())
        else if (item !== undefined && this.#items.length < CAPACITY) {
          this.#items.push(item)
          pushes.serveFirst()
        } else break
      }
      if (this.#ending !== 'open') pops.end(this.#ending)
    }
  }

  it('loses and doubles nothing, keeps the order and never holds too much', () => {
    compare(steps, () => new QueueMachine())
  })
})
