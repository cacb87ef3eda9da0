import { progress } from './progress.ts'

/** How long and how often each contestant is measured. */
export interface Plan {
  readonly rounds: number
  readonly warmUpMs: number
  readonly measureMs: number
}

/**
 * Runs every cell once per round, in turn (A B C, B C A, C A B, ...).
 *
 * A machine shared with others drifts within seconds: what is measured next to each other can be
 * compared. The rotation lets no contestant always follow the same neighbour.
 */
export async function interleave<Cell>(
  label: string,
  cells: readonly Cell[],
  rounds: number,
  measure: (cell: Cell, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    progress(`${label}: round ${round + 1} of ${rounds}`)
    for (let index = 0; index < cells.length; index++) {
      await measure(cells[(index + round) % cells.length]!, round)
    }
  }
}
