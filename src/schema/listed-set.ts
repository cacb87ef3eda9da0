/**
 * A set that `JSON.stringify` writes as a list. It would make `{}` of another one, where a handler
 * returns it and no `out` says how to write it.
 */
export function listedSet(values?: ReadonlySet<unknown>): Set<unknown> {
  return Object.defineProperty(new Set<unknown>(values), 'toJSON', { value: toList })
}

function toList(this: ReadonlySet<unknown>): unknown[] {
  return [...this]
}
