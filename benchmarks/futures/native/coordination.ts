import type { Contestant } from '../cases.ts'
import { IN_FLIGHT, INPUTS, readyInputs, STAGES as SYNC_STAGES, VALUE_MASK } from '../inputs.ts'

/** The lock that one writes without a library. */
class Lock {
  #isHeld = false
  readonly #waiting: (() => void)[] = []

  acquire(): Promise<void> {
    if (this.#isHeld) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#isHeld = true
    return Promise.resolve()
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#isHeld = false
    else next()
  }

  async with<T>(work: () => T): Promise<T> {
    await this.acquire()
    try {
      return work()
    } finally {
      this.release()
    }
  }
}

/** The loop that one writes without a library. */
async function retry<T>(attempt: () => Promise<T>, attempts: number): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt()
    } catch (error) {
      if (number === attempts) throw error
      const pauseMs = Math.random() * 100 * 2 ** (number - 1)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/** Any of them may be asynchronous: a pipeline cannot know. */
const STAGES: readonly ((value: number) => number | Promise<number>)[] = SYNC_STAGES

async function runStages(input: number): Promise<number> {
  let value = input
  for (const stage of STAGES) value = await stage(value)
  return value
}

const ready = readyInputs((value) => Promise.resolve(value))

export const coordination = {
  'semaphore hand-over': async (count) => {
    let total = 0
    const lock = new Lock()
    for (let i = 0; i < count; ) {
      await lock.acquire()
      let last: Promise<void> | undefined
      for (const end = Math.min(count, i + IN_FLIGHT); i < end; i++) {
        const value = i & VALUE_MASK
        last = lock.with(() => {
          total += value
        })
      }
      lock.release()
      await last
    }
    return total
  },

  'retry, first attempt succeeds': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await retry(() => ready[i % INPUTS]!, 3)
    return total
  },

  'pipeline of 5 stages': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await runStages(i & VALUE_MASK)
    return total
  },
} as const satisfies Contestant
