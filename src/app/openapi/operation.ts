import type { InputMap } from '../inputs/input.ts'
import type { Method, OutMap, Route, RouteInfo } from '../routing/route.ts'

/** What is sent, and what comes back: a route without a handler. */
export interface OperationOptions extends RouteInfo {
  /** What the request contains: `body()`, `header()`, `query()`. */
  readonly in?: InputMap
  /** What the receiver may answer with, by status. */
  readonly out?: OutMap
}

/**
 * A request that the API sends rather than answers, for the document only; made by
 * {@link operation}, used in `webhooks` and `callbacks`.
 */
export class Operation {
  readonly method: Method
  /** @internal */ readonly route: Route

  /** @internal */
  constructor(route: Route) {
    this.method = route.method
    this.route = route
  }
}
