import { MessageError } from './mesh-errors.ts'
import { findRemote } from './remote-registry.ts'

const MAX_DEPTH = 8

/** Where in a value something is that cannot be cloned, and why. */
interface Culprit {
  readonly path: string
  readonly cause: unknown
}

/**
 * Says which argument of a call cannot be sent, and where in it the culprit is.
 *
 * @param error - what the call has failed with
 * @returns the error to fail with: the same one if it is about something else
 */
export function nameUncloneable(
  error: unknown,
  functionId: number,
  args: readonly unknown[],
  transfer: readonly object[] = [],
): unknown {
  if (!(error instanceof MessageError)) return error
  const moved = new Set<unknown>(transfer)
  for (const [index, value] of args.entries()) {
    const culprit = culpritIn(value, '', moved)
    if (culprit === undefined) continue
    const name = findRemote(functionId)?.name ?? String(functionId)
    const place = culprit.path === '' ? '' : ` (at ${culprit.path})`
    return MessageError.of(culprit.cause, `Argument ${index + 1}${place} of "${name}"`)
  }
  return error
}

function culpritIn(value: unknown, path: string, moved: ReadonlySet<unknown>): Culprit | undefined {
  if (moved.has(value)) return undefined
  const cause = reasonNotToClone(value)
  if (cause === undefined) return undefined
  if (typeof value !== 'object' || value === null) return { path, cause }
  if (path.split(/[.[]/).length > MAX_DEPTH) return { path, cause }
  let isExplained = false
  for (const [key, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${key}]` : `.${key}`
    const culprit = culpritIn(child, path + step, moved)
    if (culprit !== undefined) return culprit
    isExplained ||= moved.has(child)
  }
  // What stands in the way is moved, which cloning alone does not know.
  return isExplained ? undefined : { path, cause }
}

function reasonNotToClone(value: unknown): unknown {
  try {
    structuredClone(value)
    return undefined
  } catch (error) {
    return error
  }
}
