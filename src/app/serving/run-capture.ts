import type { App } from '../app.ts'
import type { RunOptions } from './run.ts'

/** What a program asks for with `run()`. */
export interface CapturedRun {
  readonly app: App
  readonly options: RunOptions
}

type Listener = (run: CapturedRun) => void

let listener: Listener | undefined

/**
 * Has the next `run()` of this thread told instead of done, for a command that decides itself where
 * an app serves, or only looks at it.
 *
 * @returns undoes it; without effect once a `run()` was told
 */
export function captureRun(onRun: Listener): () => void {
  listener = onRun
  return () => {
    if (listener === onRun) listener = undefined
  }
}

/** @returns whether somebody has taken the run, which then is not this thread's to do */
export function takeRun(run: CapturedRun): boolean {
  const taker = listener
  listener = undefined
  taker?.(run)
  return taker !== undefined
}
