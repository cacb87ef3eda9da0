import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Eventual } from '../../future/index.ts'
import {
  type Handshake,
  WEBSOCKET_OPTION_NAMES,
  type WebSocket,
  type WebSocketOptions,
  type WebSocketResponse,
  WebSocketUpgrader,
} from '../../websocket/index.ts'
import { checkInputMap } from '../dependencies/dependency.ts'
import { type InputMap, type NoInputs, request } from '../inputs/input.ts'
import type { AppRequest } from '../request.ts'
import { checkUse, type MiddlewareUse } from './middleware-use.ts'
import type { Arguments, CheckedInputs } from './pattern-types.ts'
import type { PlanHost } from './plan.ts'
import { Route, type RouteInfo } from './route.ts'

/**
 * Works with a socket; the inputs are checked before it is opened.
 *
 * One that iterates the socket closes it with its end; a failure closes it with 1011.
 */
export type WebSocketRouteHandler<Pattern extends string, In extends InputMap> = (
  socket: WebSocket,
  inputs: Arguments<Pattern, In>,
) => Eventual<unknown>

/** What a WebSocket route declares, and how its sockets behave. */
export interface WebSocketRouteOptions<Pattern extends string, In extends InputMap>
  extends WebSocketOptions,
    MiddlewareUse {
  /** As on other routes, but for those that need a body: a handshake has none. */
  readonly in?: In & CheckedInputs<Pattern, In>
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
}

type AnyHandler = (socket: WebSocket, inputs: never) => unknown

const INFO_NAMES = ['summary', 'description', 'tags', 'use', 'without'] as const
/** The request among the inputs; no name a user can have. */
const REQUEST = '~request'

/** A pattern whose requests open WebSockets; for the router it is a route for GET. */
export class WebSocketRoute<
  out Pattern extends string = string,
  out In extends InputMap = InputMap,
> extends Route<Pattern, In, undefined> {
  readonly #upgrader: WebSocketUpgrader
  readonly #open: AnyHandler
  readonly #hasOwnLog: boolean
  /** Of requests whose inputs are being read. */
  readonly #handshakes: WeakMap<AppRequest, Handshake> = new WeakMap()

  /** @internal */
  constructor(
    pattern: Pattern,
    inputs: In,
    info: RouteInfo,
    options: WebSocketOptions,
    open: AnyHandler,
  ) {
    const all = { ...inputs, [REQUEST]: request() }
    super('GET', pattern, all, undefined, { ...info, documented: false }, () => undefined)
    this.#upgrader = new WebSocketUpgrader(options, `websocket ${pattern}`)
    this.#open = open
    this.#hasOwnLog = options.onError !== undefined
  }

  /**
   * Checks the handshake, before inputs are read and dependencies run for it.
   *
   * @throws {HttpError} 426, 403, 405 or 400
   * @internal
   */
  checkHandshake(asked: AppRequest): void {
    this.#handshakes.set(asked, this.#upgrader.check(asked))
  }

  /** @internal What answers the handshake, as a handler of the app. */
  handlerFor(host: PlanHost): (inputs: never) => WebSocketResponse {
    return ({ [REQUEST]: asked, ...inputs }: { readonly [REQUEST]: AppRequest }) => {
      const log = this.#hasOwnLog ? undefined : (error: unknown) => host.logError(error, asked)
      const response: WebSocketResponse = this.#upgrader.upgrade(
        asked,
        (socket) => {
          // Nothing to clean up, but the app does not stop before this handler has ended.
          host.afterSocket(response, [], asked)
          return this.#open(socket, inputs as never)
        },
        log,
        this.#handshakes.get(asked),
      )
      return response
    }
  }
}

/** Makes a WebSocket route: `websocket('/chat/{room}', { in, subprotocols }, (socket, inputs) => ...)`. */
export function websocket<const Pattern extends string>(
  pattern: Pattern,
  handler: WebSocketRouteHandler<Pattern, NoInputs>,
): WebSocketRoute<Pattern, NoInputs>
export function websocket<const Pattern extends string, const In extends InputMap = NoInputs>(
  pattern: Pattern,
  options: WebSocketRouteOptions<Pattern, In>,
  handler: WebSocketRouteHandler<Pattern, In>,
): WebSocketRoute<Pattern, In>
export function websocket(pattern: string, first: object, second?: AnyHandler): WebSocketRoute {
  return defineWebSocketRoute(pattern, first, second)
}

/**
 * Checks what was passed to `websocket`, and makes the route.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function defineWebSocketRoute(
  pattern: string,
  first: object,
  second?: AnyHandler,
): WebSocketRoute {
  const where = `websocket ${pattern}`
  const handler = second ?? first
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) {
    throw new OptionError('websocket pattern', pattern, "a path that begins with '/'")
  }
  if (typeof handler !== 'function') {
    throw new OptionError(`${where} handler`, handler, 'a function; options come before it')
  }
  const options: WebSocketRouteOptions<string, InputMap> = second === undefined ? {} : first
  rejectUnknownOptions(where, options, ['in', ...INFO_NAMES, ...WEBSOCKET_OPTION_NAMES])
  const { in: inputs, summary, description, tags, use, without, ...rest } = options
  checkInputMap(`${where} in`, inputs)
  checkUse(where, options)
  const info = Object.fromEntries(
    Object.entries({ summary, description, tags, use, without }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  return new WebSocketRoute(pattern, inputs ?? {}, info, rest, handler as AnyHandler)
}
