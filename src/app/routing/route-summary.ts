import type { RoutePlan } from './plan.ts'
import type { Method } from './route.ts'
import { WebSocketRoute } from './websocket-route.ts'

/** A route, or a folder of files, as a list of what an app answers shows it. */
export interface RouteSummary {
  readonly kind: 'http' | 'websocket' | 'files'
  readonly method: Method
  /** As the server gets it: with the prefixes of the apps around. */
  readonly path: string
  readonly name: string | undefined
  readonly tags: readonly string[]
  /** What a client has to show, by the names of the OpenAPI document. */
  readonly security: readonly { readonly scheme: string; readonly scopes: readonly string[] }[]
  readonly documented: boolean
  readonly deprecated: boolean
}

/** @param prefix - of the app among others */
export function summaryOf({ mounted, graph }: RoutePlan, prefix: string): RouteSummary {
  const { route, pattern, name, tags } = mounted
  const isSocket = route instanceof WebSocketRoute
  return {
    kind: isSocket ? 'websocket' : 'http',
    method: route.method,
    path: `${prefix}${pattern}`,
    name: route.info.operationId ?? name,
    tags,
    security: graph.security.map(({ scheme, scopes }) => ({ scheme: scheme.name, scopes })),
    documented: !isSocket && route.info.documented !== false,
    deprecated: route.info.deprecated ?? false,
  }
}

/** @param path - below which the files are */
export function summaryOfFiles(path: string): RouteSummary {
  return {
    kind: 'files',
    method: 'GET',
    path,
    name: undefined,
    tags: [],
    security: [],
    documented: false,
    deprecated: false,
  }
}
