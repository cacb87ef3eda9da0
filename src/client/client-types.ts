import type {
  EventStreamOutput,
  InputMap,
  Route,
  RouteGroup,
  RouteMap,
  WebSocketRoute,
} from '../app/index.ts'
import type { Future } from '../future/index.ts'
import type { AnswerOf, SuccessBody } from './answers.ts'
import type { ClientArguments } from './arguments.ts'
import type { ClientSocket } from './client-socket.ts'
import type { Jsonified } from './jsonified.ts'
import type { ConnectOptions, RequestOptions } from './options.ts'

/** What an endpoint is called with: nothing is needed if every argument may be absent. */
type Parameters<Arguments, Options> = object extends Arguments
  ? [arguments_?: Arguments, options?: Options]
  : [arguments_: Arguments, options?: Options]

/**
 * A request that is under way, and its answer in the form it is asked for. It was sent when it was
 * made, whatever is asked of it.
 */
export interface Call<Out> extends PromiseLike<SuccessBody<Out>> {
  /** The body of a success as a Future; fails with {@link ClientError} for every other answer. */
  result(): Future<SuccessBody<Out>>
  /** {@link result} handled: `call.catch((error) => ...)`. */
  catch<Other>(
    onFailed: (reason: unknown) => Other | PromiseLike<Other>,
  ): Future<SuccessBody<Out> | Other>
  /**
   * The answer with any status that the route declares, for `switch (answer.status)`. Fails with
   * {@link ClientError} for other statuses.
   */
  answer(): Future<AnswerOf<Out>>
  /** The web response, unread, whatever its status: for bytes, files and headers. */
  response(): Future<Response>
  /** The items of a stream of JSON lines, as they come; leaving the loop ends the request. */
  lines(): AsyncIterableIterator<SuccessBody<Out>>
}

/** An event of a stream, with its data as the route declares it. */
export interface ClientEvent<out Data> {
  /** `message` if the sender gave no name. */
  readonly event: string
  readonly data: Data
  /** The last id sent so far; empty if there was none. */
  readonly id: string
}

/** A stream of events that has been asked for; leaving the loop ends the request. */
export interface EventCall<out Data> extends AsyncIterable<ClientEvent<Data>> {
  /** The web response, unread, whatever its status. */
  response(): Future<Response>
}

/** One route as the client calls it: `api.users.read({ id: 1 })`. */
export interface Endpoint<Arguments, Out> {
  (...parameters: Parameters<Arguments, RequestOptions>): Call<Out>
  /** Type only; never set. */
  readonly '~out'?: Out
}

/** A route that answers with events: `for await (const event of api.feed.watch())`. */
export type EventEndpoint<Arguments, Data> = (
  ...parameters: Parameters<Arguments, RequestOptions>
) => EventCall<Data>

/** A route that opens WebSockets: `await api.chat.join({ room: 'a' })`. */
export type SocketEndpoint<Arguments> = (
  ...parameters: Parameters<Arguments, ConnectOptions>
) => SocketCall

/** A socket that is being opened. */
export interface SocketCall extends PromiseLike<ClientSocket> {
  /** The socket as a Future. */
  result(): Future<ClientSocket>
}

type EndpointOf<Pattern extends string, In extends InputMap, Out> = Out extends {
  readonly 200: EventStreamOutput<infer Data>
}
  ? EventEndpoint<ClientArguments<Pattern, In>, Jsonified<Data>>
  : Endpoint<ClientArguments<Pattern, In>, Out>

// A route is taken apart by its own arguments, not by the structure of something else: that is cheap.
type Member<Declared> =
  Declared extends Route<infer Pattern, infer In, infer Out>
    ? Declared extends WebSocketRoute
      ? SocketEndpoint<ClientArguments<Pattern, In>>
      : EndpointOf<Pattern, In, Out>
    : Declared extends RouteGroup<infer Routes>
      ? ClientOf<Routes>
      : never

type ClientOf<Routes extends RouteMap> = { readonly [Name in keyof Routes]: Member<Routes[Name]> }

/** The routes of a router by their names, to be called. */
export type Client<Api extends RouteGroup> = ClientOf<Api['routes']>
