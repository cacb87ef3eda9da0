const settled = Promise.resolve()

/**
 * Calls `callback` when the microtasks that are queued now, and those they queue, are done: `async`
 * functions that resume in this turn have had theirs.
 */
export function afterMicrotasks(callback: () => void): void {
  // Ticks asked for outside of a microtask would come before the microtasks, so the first hop is one.
  void settled.then(() => {
    const { process } = globalThis
    if (process?.nextTick !== undefined) process.nextTick(callback)
    else if (typeof setImmediate === 'function') setImmediate(callback)
    else setTimeout(callback, 0)
  })
}
