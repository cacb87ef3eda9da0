import type { NoInputs } from '../inputs/input.ts'
import { get } from '../routing/methods.ts'
import type { Route } from '../routing/route.ts'
import type { RouteGroup } from '../routing/router.ts'
import { manifestOf } from './manifest-of.ts'

/**
 * A route that serves {@link manifestOf} a router, for clients that are not given one:
 * `app.include(manifestRoute(api))`. It is no part of the docs.
 *
 * @param path - default `/client.json`, where clients look
 * @throws {OptionError} if `api` is no router
 */
export function manifestRoute(
  api: RouteGroup,
  path: string = '/client.json',
): Route<string, NoInputs, undefined> {
  const manifest = manifestOf(api)
  return get(path, { documented: false }, () => manifest)
}
