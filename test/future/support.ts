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

/** Runs `work` and gives the longest time in milliseconds in which the event loop did not turn. */
export async function longestGapMs(work: () => PromiseLike<unknown>): Promise<number> {
  let isOver = false
  let longestMs = 0
  await new Promise((resolve) => setImmediate(resolve))
  let lastMs = performance.now()
  const beat = (): void => {
    const nowMs = performance.now()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
    if (!isOver) setImmediate(beat)
  }
  setImmediate(beat)
  await work()
  isOver = true
  await settle()
  return longestMs
}

/** How many listeners a signal has: `added` and `removed` as far as they were counted. */
export function countListeners(signal: AbortSignal): () => number {
  let count = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: Parameters<AbortSignal['addEventListener']>) => {
    count++
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<AbortSignal['removeEventListener']>) => {
    count--
    removeEventListener.apply(signal, args)
  }
  return () => count
}
