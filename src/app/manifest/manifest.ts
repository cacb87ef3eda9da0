/** Where a client puts an argument. */
export type ArgumentPlace =
  | 'path'
  /** A parameter of the path that may have slashes: `{rest:path}`. */
  | 'rest'
  | 'query'
  | 'header'
  | 'cookie'
  | 'body'
  /** A key of the JSON object that the body is. */
  | 'bodyKey'
  | 'rawBody'
  | 'form'
  | 'file'
  | 'files'

/** One argument of a call: its name, its place, and its name on the wire where that is another. */
export type ManifestInput = readonly [name: string, place: ArgumentPlace, wireName?: string]

/** How one route is called. */
export interface ManifestRoute {
  /** `WEBSOCKET` for a route that opens sockets. */
  readonly method: string
  /** With the prefixes of the routers around it, and places without convertors: `/users/{id}`. */
  readonly path: string
  readonly inputs: readonly ManifestInput[]
  /** Statuses that the route declares; absent if it declares none. */
  readonly statuses?: readonly number[]
}

/** Routes and routers by the names they have in `router({ ... })`. */
export interface ManifestRoutes {
  readonly [name: string]: ManifestRoute | ManifestGroup
}

export interface ManifestGroup {
  readonly routes: ManifestRoutes
}

/**
 * What a typed client has to know at run time: plain JSON, made by `manifestOf(api)`.
 *
 * The types of a client say the rest, and cost nothing at run time.
 */
export interface Manifest extends ManifestGroup {
  /** Of this format. */
  readonly version: 1
}
