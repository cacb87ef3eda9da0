import type { InputMap, NoInputs } from '../inputs/input.ts'
import type { Handler, OutMap, RouteOptions } from './route.ts'
import type { WebSocketRouteHandler, WebSocketRouteOptions } from './websocket-route.ts'

/** Adds a route of one method to an app: `app.get('/users/{id:int}', { in, out }, handler)`. */
export interface RouteAdder {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: Handler<Pattern, NoInputs, undefined>,
  ): void
  <
    const Pattern extends string,
    const In extends InputMap = NoInputs,
    const Out extends OutMap | undefined = undefined,
  >(
    pattern: Pattern,
    options: RouteOptions<Pattern, In, Out>,
    handler: Handler<Pattern, In, Out>,
  ): void
}

/** Adds WebSockets to an app: `app.websocket('/chat/{room}', { in }, (socket, inputs) => ...)`. */
export interface WebSocketAdder {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: WebSocketRouteHandler<Pattern, NoInputs>,
  ): void
  <const Pattern extends string, const In extends InputMap = NoInputs>(
    pattern: Pattern,
    options: WebSocketRouteOptions<Pattern, In>,
    handler: WebSocketRouteHandler<Pattern, In>,
  ): void
}
