import { whenAll } from '../combinators/when-all.ts'
import { PipelineError } from '../errors.ts'
import { Future } from '../future.ts'
import { type StageFunction, signalOption } from './policies.ts'

/** @returns a function that runs all branches on the same value and gives a record of their results */
export function inParallel(branches: ReadonlyMap<string, StageFunction>): StageFunction {
  return (value, context) => {
    const { stage, index, attempt } = context
    const started: Record<string, (signal: AbortSignal) => Future<unknown>> = {}
    for (const [name, run] of branches) {
      started[name] = (signal) =>
        Future.try(() => run(value, context.with(attempt, signal))).catch((reason) => {
          throw new PipelineError(stage, index, reason, name)
        })
    }
    return whenAll(started, signalOption(context))
  }
}
