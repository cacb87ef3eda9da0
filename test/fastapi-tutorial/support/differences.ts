/**
 * Where two JSON values differ; the order of keys does not matter.
 *
 * @returns one line a difference, with the path to it
 */
export function differences(ours: unknown, theirs: unknown, path = ''): string[] {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length) return [line(path, ours, theirs)]
    return ours.flatMap((item, at) => differences(item, theirs[at], `${path}[${at}]`))
  }
  if (!isObject(ours) || !isObject(theirs)) {
    return Object.is(ours, theirs) ? [] : [line(path, ours, theirs)]
  }
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function line(path: string, ours: unknown, theirs: unknown): string {
  const show = (value: unknown): string => JSON.stringify(value) ?? 'absent'
  return `${path || 'value'}: ours ${show(ours)}, theirs ${show(theirs)}`
}
