/**
 * The name that was probably meant.
 *
 * @returns the only one that begins so, or the nearest one if it is at most two edits away
 */
function suggest(written: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.min(2, Math.floor(written.length / 2)))
  const begun = names.filter((name) => written.length > 1 && name.startsWith(written))
  if (begun.length === 1) return begun[0]
  let best: string | undefined
  let fewest = most + 1
  for (const name of names) {
    const edits = distance(written, name)
    if (edits < fewest) [best, fewest] = [name, edits]
  }
  return best
}

/** ` Did you mean 'x'?`, or nothing. */
export function didYouMean(written: string, names: readonly string[], prefix = ''): string {
  const name = suggest(written, names)
  return name === undefined ? '' : `. Did you mean '${prefix}${name}'?`
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text of the other. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = next
  }
  return last[to.length] ?? 0
}
