import { debug } from '../../src/core/debug.ts'
import type { Future } from '../../src/future/index.ts'

/** Lets everything that is scheduled run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Work that ends with a failure when it is told to stop. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

/** What a future fails with. */
export async function failureOf(future: Future<unknown>): Promise<unknown> {
  try {
    await future
  } catch (reason) {
    return reason
  }
  throw new Error('The future did not fail')
}

/** A million; fewer in debug mode, which keeps a stack for each future. */
export const MANY: number = debug.enabled ? 10_000 : 1_000_000

/**
 * Turns of the event loop that passing a million of anything leaves time for, and a stall does not.
 *
 * Turns and not milliseconds: those also depend on what else the machine does.
 */
export const MIN_TURNS: number = debug.enabled ? 1 : 8

/** Does `work` and gives how often the event loop turned meanwhile. */
export async function turnsDuring(work: () => PromiseLike<unknown>): Promise<number> {
  let isOver = false
  let turns = 0
  const beat = (): void => {
    turns++
    if (!isOver) setImmediate(beat)
  }
  setImmediate(beat)
  await work()
  isOver = true
  await settle()
  return turns
}

/** @returns tells how many listeners were added from now on and not removed again */
export function countListeners(signal: AbortSignal): () => number {
  let count = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
    count++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    count--
    remove(...args)
  }
  return () => count
}
