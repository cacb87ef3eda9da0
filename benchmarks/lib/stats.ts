/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of no values')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]!
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2
}

/** Median absolute deviation: the spread that one disturbed round cannot inflate. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values)
  return median(values.map((value) => Math.abs(value - centre)))
}

/**
 * The smallest value that at least `fraction` of all values do not exceed (nearest rank).
 *
 * @param fraction - greater than 0, at most 1: 0.99 is the 99th percentile
 */
export function percentile(values: readonly number[], fraction: number): number {
  return percentileOfSorted(
    values.toSorted((a, b) => a - b),
    fraction,
  )
}

/** As {@link percentile}, of values that ascend. */
export function percentileOfSorted(sorted: ArrayLike<number>, fraction: number): number {
  if (sorted.length === 0) throw new RangeError('percentile of no values')
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)]!
}
