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
