const CALIBRATIONS = 5

/** Milliseconds from the time origin of this thread to that of `process.hrtime`, which all threads share. */
const offsetMs = calibrate()

/**
 * Milliseconds of a monotonic clock that is the same in all threads of the process, to the microsecond.
 *
 * `performance.now()` starts anew in each thread; `process.hrtime` does not, but makes an array or a
 * bigint each time.
 */
export function processNowMs(): number {
  return performance.now() + offsetMs
}

/** The time of {@link processNowMs} at a time of `performance.now()`. */
export function toProcessMs(threadMs: number): number {
  return threadMs + offsetMs
}

/** The reading with the least time around it is the most exact: the thread was not interrupted. */
function calibrate(): number {
  let leastMs = Number.POSITIVE_INFINITY
  let offset = 0
  for (let i = 0; i < CALIBRATIONS; i++) {
    const beforeMs = performance.now()
    const processMs = Number(process.hrtime.bigint()) / 1e6
    const aroundMs = performance.now() - beforeMs
    if (aroundMs < leastMs) {
      leastMs = aroundMs
      offset = processMs - beforeMs - aroundMs / 2
    }
  }
  return offset
}
