import { get } from '../routing/methods.ts'
import type { Route } from '../routing/route.ts'
import type { RouteGroup } from '../routing/router.ts'
import { manifestOf } from './manifest-of.ts'

/** Where clients look for the manifest that they were not given. */
export const MANIFEST_PATH = '/client.json'

/**
 * A route that serves {@link manifestOf} a router, for clients that are not given one:
 * `app.include(manifestRoute(api))`. It is no part of the docs.
 *
 * @param path - default `/client.json`, where clients look
 * @throws {OptionError} if `api` is no router
 */
export function manifestRoute(api: RouteGroup, path: string = MANIFEST_PATH): Route {
  const manifest = manifestOf(api)
  return get(path, { documented: false }, () => manifest) as Route
}
