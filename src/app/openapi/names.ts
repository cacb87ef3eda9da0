import { RouteDefinitionError } from '../errors.ts'
import type { OperationIdSource } from './options.ts'
import type { OperationSource } from './source.ts'

/** `readItems` and `read_items` are `Read Items`: the summary FastAPI gives a function. */
export function summaryOf(name: string): string {
  return wordsOf(name)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ')
}

/** As FastAPI makes them: `readUser` at `GET /users/{id}` is `read_user_users__id__get`. */
function defaultId({ name, path, method }: OperationIdSource): string {
  const verb = method.toLowerCase()
  return name === undefined
    ? `${verb}${path}`.replaceAll(/\W/g, '_')
    : `${wordsOf(name).join('_').toLowerCase()}${path}_${verb}`.replaceAll(/\W/g, '_')
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^a-zA-Z\d]+/)
    .filter((word) => word !== '')
}

/**
 * Gives every operation its id.
 *
 * Ids that a route or `generateOperationId` has chosen are kept; those made here get a number where
 * they would be equal: it changes only if the routes do.
 *
 * @throws {RouteDefinitionError} if two chosen ids are equal, or `generate` gives no text
 */
export function assignIds(
  sources: readonly OperationSource[],
  generate: ((source: OperationIdSource) => string) | undefined,
): ReadonlyMap<OperationSource, string> {
  const ids = new Map<OperationSource, string>()
  const owners = new Map<string, string>()
  for (const source of sources) {
    const id = source.route.info.operationId ?? generate?.(source)
    if (id === undefined && generate === undefined) continue
    const where = `${source.method} ${source.path}`
    if (typeof id !== 'string' || id === '') {
      throw new RouteDefinitionError(`${where}: generateOperationId() gave ${String(id)}`)
    }
    const other = owners.get(id)
    if (other !== undefined) {
      throw new RouteDefinitionError(`${where} and ${other} have the same operation id '${id}'`)
    }
    owners.set(id, where)
    ids.set(source, id)
  }
  for (const source of sources) {
    if (ids.has(source)) continue
    const base = defaultId(source)
    let id = base
    for (let count = 2; owners.has(id); count++) id = `${base}_${count}`
    owners.set(id, base)
    ids.set(source, id)
  }
  return ids
}
