import { errorClass } from '../../core/error-classes.ts'
import { deserializeError } from '../../core/error-data.ts'

/** Makes of what `serializeError` made of a failure the failure again, as an instance of its class. */
export function reviveFailure(data: unknown): unknown {
  const failure = deserializeError(data)
  revive(failure)
  return failure
}

/** Depth is bounded: `serializeError` cuts long chains of causes. */
function revive(failure: unknown): void {
  if (Array.isArray(failure)) return failure.forEach(revive)
  if (!(failure instanceof Error)) return
  const known = errorClass(failure.name)
  if (known !== undefined) Object.setPrototypeOf(failure, known.prototype as object)
  for (const name of Object.getOwnPropertyNames(failure)) {
    revive((failure as unknown as Record<string, unknown>)[name])
  }
}
