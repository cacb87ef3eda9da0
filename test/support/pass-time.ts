import type { ManualClock } from '../../src/core/manual-clock.ts'

const PATIENCE_MS = 5_000

/**
 * Lets real time pass on the event loop, for clocks that cannot be told to.
 *
 * @param isDone - what is waited for longer, on a machine that is busy with something else
 */
export async function passRealTime(ms: number, isDone?: () => boolean): Promise<void> {
  const startMs = performance.now()
  for (let passedMs = 0; passedMs < PATIENCE_MS; passedMs = performance.now() - startMs) {
    if (passedMs >= ms && isDone?.() !== false) return
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
  }
}

/** Lets the time of a clock pass, a millisecond a turn, so that what one timer starts is there for the next. */
export async function passTime(clock: ManualClock, ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs++) {
    clock.advance(1)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
