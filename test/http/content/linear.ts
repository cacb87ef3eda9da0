import assert from 'node:assert/strict'

/** With 16 times as many pieces, quadratic growth would take seconds. */
const SMALL = 5_000
const FACTOR = 16
/** Of the collector, with all that the parser made, on a busy machine. */
const PAUSE_MS = 250

/**
 * Asserts that 16 times the input takes nothing like 256 times the time.
 *
 * The best of several runs counts, so that a pause of the machine does not.
 */
export function assertLinear(run: (count: number) => unknown): void {
  const best = (count: number): number => {
    let shortest = Number.POSITIVE_INFINITY
    for (let time = 0; time < 3; time++) {
      const start = performance.now()
      run(count)
      shortest = Math.min(shortest, performance.now() - start)
    }
    return shortest
  }
  const small = best(SMALL)
  const large = best(SMALL * FACTOR)
  assert.ok(large < Math.max(small, 0.5) * FACTOR * 5 + PAUSE_MS, `${small} ms, then ${large} ms`)
}
