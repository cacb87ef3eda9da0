/** Lets real time pass on the event loop, for clocks that cannot be told to. */
export async function passRealTime(ms: number): Promise<void> {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
  }
}
