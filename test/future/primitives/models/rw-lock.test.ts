import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type HeldLock, type LockMode, RwLock } from '../../../../src/future/index.ts'
import { compare, LineMachine, plain, type StepOf, sized, waits } from './line-machine.ts'

describe('RwLock, compared with a model', () => {
  const steps = fc.oneof(
    { weight: 8, arbitrary: waits(fc.constantFrom<LockMode>('read', 'read', 'write')) },
    { weight: 8, arbitrary: sized('unlock', 60) },
    { weight: 3, arbitrary: sized('advance', 10) },
    { weight: 3, arbitrary: sized('abort', 60) },
    { weight: 1, arbitrary: plain('tryRead') },
    { weight: 1, arbitrary: plain('tryWrite') },
  )

  class RwLockMachine {
    readonly #lock = new RwLock()
    readonly #waits = new LineMachine<LockMode, HeldLock>(() => this.#serve())
    readonly #tried: HeldLock[] = []

    act(step: StepOf<typeof steps>): void {
      switch (step.kind) {
        case 'wait':
          return this.#waits.wait(step.request, step.limits, (options) =>
            this.#lock[step.request](options),
          )
        case 'unlock':
          return this.#unlock(step.size)
        case 'advance':
          return this.#waits.advance(step.size)
        case 'abort':
          return this.#waits.abort(step.size)
        case 'tryRead':
          return this.#try('read', this.#lock.tryRead())
        case 'tryWrite':
          return this.#try('write', this.#lock.tryWrite())
      }
    }

    check(): void {
      this.#waits.check()
      const held = this.#held()
      const writers = held.filter(({ mode }) => mode === 'write')
      assert.ok(writers.length === 0 || held.length === 1, 'a writer is alone')
      assert.equal(this.#lock.readers, held.length - writers.length)
      assert.equal(this.#lock.isWriting, writers.length === 1)
      assert.equal(this.#lock.waiters, this.#waits.line.waiting.length)
    }

    #held(): HeldLock[] {
      const waited = this.#waits.line.all.filter(({ status }) => status === 'ready')
      const locks = waited.flatMap(({ future }) => (future === undefined ? [] : [future.get()]))
      return [...locks, ...this.#tried].filter(({ isHeld }) => isHeld)
    }

    /** Counted by the model alone: who was served and has not unlocked. */
    readonly #modes: LockMode[] = []

    #unlock(at: number): void {
      const held = this.#held()
      const lock = held[at % Math.max(1, held.length)]
      if (lock === undefined) return
      this.#modes.splice(this.#modes.indexOf(lock.mode), 1)
      this.#serve()
      lock.unlock()
    }

    #try(mode: LockMode, lock: HeldLock | undefined): void {
      const isFree = this.#waits.line.waiting.length === 0 && this.#isFreeFor(mode)
      assert.equal(lock !== undefined, isFree)
      if (lock === undefined) return
      this.#tried.push(lock)
      this.#modes.push(mode)
    }

    #isFreeFor(mode: LockMode): boolean {
      return mode === 'read' ? !this.#modes.includes('write') : this.#modes.length === 0
    }

    #serve(): void {
      const { line } = this.#waits
      for (;;) {
        const mode = line.waiting[0]?.request
        if (mode === undefined || !this.#isFreeFor(mode)) return
        this.#modes.push(mode)
        line.serveFirst()
      }
    }
  }

  it('never has a reader and a writer together, and serves in order', () => {
    compare(steps, () => new RwLockMachine())
  })
})
