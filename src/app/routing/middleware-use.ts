import { OptionError } from '../../core/errors.ts'
import { type Middleware, MiddlewareLayer } from '../../middleware/index.ts'
import { RouteDefinitionError } from '../errors.ts'

/** What routes and routers say about middlewares. */
export interface MiddlewareUse {
  /** Around the handler, the first one outermost. */
  readonly use?: readonly Middleware[]
  /** Middlewares from further out to do without: themselves, or their names. */
  readonly without?: readonly (Middleware | string)[]
}

/** @throws {OptionError} for something that is no middleware */
export function checkUse(where: string, { use, without }: MiddlewareUse): void {
  checkList(`${where} use`, use, isMiddleware, 'an array of middlewares')
  const expected = 'an array of middlewares or their names'
  checkList(
    `${where} without`,
    without,
    (each) => typeof each === 'string' || isMiddleware(each),
    expected,
  )
}

/**
 * All that stands around a route, from the outside in.
 *
 * @param where - method and pattern, for failures
 * @param outer - of the app
 * @throws {RouteDefinitionError} if it does without something that is not there
 */
export function layersFor(
  where: string,
  outer: readonly Middleware[],
  uses: readonly MiddlewareUse[],
): readonly Middleware[] {
  let layers = outer
  for (const { use = [], without = [] } of uses) {
    for (const left of without) layers = leaveOut(where, layers, left)
    layers = [...layers, ...use]
  }
  return layers
}

function leaveOut(
  where: string,
  layers: readonly Middleware[],
  left: Middleware | string,
): readonly Middleware[] {
  const kept = layers.filter((each) => each !== left && each.name !== left)
  if (kept.length < layers.length) return kept
  const name = typeof left === 'string' ? left : left.name
  const names = layers.map((each) => each.name || '(no name)').join(', ') || 'none'
  throw new RouteDefinitionError(
    `${where}: without names ${JSON.stringify(name)}, which is not around it; there is ${names}`,
  )
}

function isMiddleware(value: unknown): boolean {
  return typeof value === 'function' || value instanceof MiddlewareLayer
}

function checkList(
  where: string,
  value: readonly unknown[] | undefined,
  isRight: (member: unknown) => boolean,
  expected: string,
): void {
  if (value === undefined) return
  if (!Array.isArray(value)) throw new OptionError(where, value, expected)
  for (const member of value) if (!isRight(member)) throw new OptionError(where, member, expected)
}
