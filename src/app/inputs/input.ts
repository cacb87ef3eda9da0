import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { CookieSigner, type RequestBody } from '../../http/index.ts'
import { adoptSchema, optional, type Schema, type StandardSchema, str } from '../../schema/index.ts'
import type { BackgroundTasks } from '../lifecycle/background-tasks.ts'
import type { AppRequest } from '../request.ts'
import type { ResponseHead } from '../responses/response-head.ts'
import { type BodyOptions, bodyDetails } from './body-options.ts'

export type InputSource =
  | 'path'
  | 'query'
  | 'header'
  | 'cookie'
  | 'body'
  | 'rawBody'
  | 'bodyStream'
  | 'form'
  | 'file'
  | 'files'
  | 'parts'
  | 'request'
  | 'signal'
  | 'response'
  | 'background'
  | 'rootPath'
  | 'securityScopes'

/** Anything that may stand in an `in` map: gives the handler a value of type `Value`. */
export interface Declared<out Value> {
  /** Type only; never set. */
  readonly '~value': Value
}

/** The flat map of declared inputs; its keys are the names the handler sees. */
export type InputMap = { readonly [name: string]: Declared<unknown> }

/** The map of a route that declares none. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- an empty map is what is meant
export type NoInputs = Record<never, never>

/** One declared input of a route or dependency. */
export class Input<out Value, out Source extends InputSource = InputSource, out Sent = Value>
  implements Declared<Value>
{
  /** Type only; never set. */
  declare readonly '~value': Value
  /** What a client gives for it, `undefined` if it may be left out. Type only; never set. */
  declare readonly '~sent': Sent
  readonly source: Source
  readonly schema: Schema<unknown> | undefined
  /** The name on the wire, where it differs from the key in the map. */
  readonly alias: string | undefined
  /** What only readers of this source understand. @internal */
  readonly details: unknown

  /** @internal */
  constructor(source: Source, schema?: StandardSchema<unknown>, alias?: string, details?: unknown) {
    this.source = source
    this.schema = schema === undefined ? undefined : adoptSchema(`${source}()`, schema)
    this.alias = alias
    this.details = details
  }
}

/** A parameter of the path; the key is its name in the pattern. */
export function path<Value, Sent>(schema: StandardSchema<Value, Sent>): Input<Value, 'path', Sent> {
  return new Input('path', schema)
}

/**
 * A query parameter, named by its key unless a name is given. If the schema is an `array`, it
 * collects repeated ones; otherwise the last one counts.
 */
export function query(): Input<string, 'query'>
export function query<Value, Sent>(schema: StandardSchema<Value, Sent>): Input<Value, 'query', Sent>
export function query<Value, Sent>(
  name: string,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'query', Sent>
export function query(...given: NamedArguments): Input<unknown, 'query'> {
  return named('query', given)
}

/** How the name of a header is made of its key. */
export interface HeaderOptions {
  /** Default true: `user_agent` is the header `user-agent`. Most proxies drop names with `_`. */
  readonly convertUnderscores?: boolean
}

/**
 * A header. Its name is the key with dashes (`userAgent` and `user_agent` are `user-agent`),
 * unless a name is given. If the schema is an `array`, it collects repeated headers; of an `object`
 * each key is a header.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function header(): Input<string, 'header'>
export function header<Value, Sent>(
  schema: StandardSchema<Value, Sent>,
  options?: HeaderOptions,
): Input<Value, 'header', Sent>
export function header<Value, Sent>(
  name: string,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'header', Sent>
export function header(
  first?: string | StandardSchema<unknown>,
  second?: HeaderOptions | StandardSchema<unknown>,
): Input<unknown, 'header'> {
  if (typeof first === 'string' || first === undefined || second === undefined) {
    return named('header', [first, second].filter(Boolean) as unknown as NamedArguments)
  }
  rejectUnknownOptions('header()', second, ['convertUnderscores'])
  const { convertUnderscores = true } = second as HeaderOptions
  if (typeof convertUnderscores !== 'boolean') {
    throw new OptionError('header().convertUnderscores', convertUnderscores, 'a boolean')
  }
  return new Input('header', first, undefined, convertUnderscores ? undefined : KEEP_UNDERSCORES)
}

/** Marks headers whose names have the underscores of their keys. @internal */
export const KEEP_UNDERSCORES = 'keep underscores'

/** A cookie, named by its key unless a name is given. */
export function cookie(): Input<string, 'cookie'>
export function cookie<Value, Sent>(
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'cookie', Sent>
export function cookie<Value, Sent>(
  name: string,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'cookie', Sent>
export function cookie(...given: NamedArguments): Input<unknown, 'cookie'> {
  return named('cookie', given)
}

/**
 * A cookie that was signed by the same signer, named by its key unless a name is given. One that was
 * not counts as absent.
 *
 * @throws {OptionError} without a {@link CookieSigner}
 */
export function signedCookie(signer: CookieSigner): Input<string, 'cookie'>
export function signedCookie<Value, Sent>(
  signer: CookieSigner,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'cookie', Sent>
export function signedCookie<Value, Sent>(
  name: string,
  signer: CookieSigner,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'cookie', Sent>
export function signedCookie(
  ...given:
    | [CookieSigner, StandardSchema<unknown>?]
    | [string, CookieSigner, StandardSchema<unknown>]
): Input<unknown, 'cookie'> {
  const [first, ...rest] = given
  const [signer, schema] = typeof first === 'string' ? rest : given
  if (!(signer instanceof CookieSigner)) {
    throw new OptionError('signedCookie() signer', signer, 'a CookieSigner')
  }
  const name = typeof first === 'string' ? first : undefined
  return new Input('cookie', (schema as StandardSchema<unknown> | undefined) ?? str(), name, signer)
}

/** Marks the one header that is UTF-8. @internal */
export const LAST_EVENT_ID = 'last-event-id'

/**
 * The id of the last event that a client of an event stream got before it lost its connection.
 * Default schema: text that may be absent, as it is on a first connection.
 */
export function lastEventId(): Input<string | undefined, 'header'>
export function lastEventId<Value, Sent>(
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'header', Sent>
export function lastEventId(schema?: StandardSchema<unknown>): Input<unknown, 'header'> {
  return new Input('header', schema ?? optional(str()), LAST_EVENT_ID, LAST_EVENT_ID)
}

/**
 * The body as JSON. The request must say `content-type: application/json` (or `+json`): else 415.
 *
 * Several of them are keys of one object: `{ item: body(Item), user: body(User) }` reads
 * `{"item": {...}, "user": {...}}`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function body<Value, Sent>(
  schema: StandardSchema<Value, Sent>,
  options?: BodyOptions,
): Input<Value, 'body', Sent> {
  return new Input('body', schema, undefined, bodyDetails(options))
}

/** A body as clients send it, as it is. */
export type RawBodyArgument =
  | string
  | Uint8Array<ArrayBuffer>
  | Blob
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>

/** The bytes of the body, whatever they are; empty if there is none. */
export function rawBody(): Input<Uint8Array, 'rawBody', RawBodyArgument> {
  return new Input('rawBody')
}

/**
 * The body in pieces, as they arrive: `for await (const chunk of upload)`, `upload.pipeTo(file)`. It
 * is empty if the request has none; the route's `maxBodyBytes` is its limit.
 */
export function bodyStream(): Input<RequestBody, 'bodyStream', RawBodyArgument> {
  return new Input('bodyStream')
}

/** The request itself. */
export function request(): Input<AppRequest, 'request', never> {
  return new Input('request')
}

/** A signal that fires when nobody waits for the answer any more. */
export function signal(): Input<AbortSignal, 'signal', never> {
  return new Input('signal')
}

export type NamedArguments = [] | [StandardSchema<unknown>] | [string, StandardSchema<unknown>]

export function named<Source extends InputSource>(
  source: Source,
  given: NamedArguments,
): Input<unknown, Source> {
  const [first, second] = given
  if (typeof first !== 'string') return new Input(source, first ?? str())
  if (first === '') throw new OptionError(`${source}() name`, first, 'a name')
  return new Input(source, second ?? str(), first)
}

/**
 * Status, headers and cookies of the response to come, for handlers that return a plain value and for
 * dependencies: all of a request share one. Errors are answered without it.
 */
export function response(): Input<ResponseHead, 'response', never> {
  return new Input('response')
}

/** What work to do when the response has been sent: `background.add(sendMail, address)`. */
export function background(): Input<BackgroundTasks, 'background', never> {
  return new Input('background')
}

/**
 * What stands in front of the app's paths where clients see them: the `rootPath` option and the prefix
 * at which the app is mounted. Empty if there is nothing.
 */
export function rootPath(): Input<string, 'rootPath', never> {
  return new Input('rootPath')
}
