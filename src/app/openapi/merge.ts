type Tree = Record<string, unknown>

/** `extra` put into `target`: objects deeply, arrays appended, all else replaced, as FastAPI does. */
export function mergeDeeply<Target extends object>(target: Target, extra: object): Target {
  const into = target as Tree
  for (const [key, value] of Object.entries(extra)) {
    if (key === '__proto__' || value === undefined) continue
    const present = into[key]
    if (isTree(present) && isTree(value)) into[key] = mergeDeeply({ ...present }, value)
    else if (Array.isArray(present) && Array.isArray(value)) into[key] = [...present, ...value]
    else into[key] = value
  }
  return target
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy without what is undefined. */
export function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
