import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import {
  type EventStreamSource,
  type FormOptions,
  formReaderSettings,
  type HttpResponse,
  type StreamBody,
} from '../../http/index.ts'
import { adoptSchema, Schema, type StandardSchema } from '../../schema/index.ts'
import { checkInputMap } from '../dependencies/dependency.ts'
import { checkErrorFormat, type ErrorFormat } from '../failures/error-format.ts'
import type { InputMap } from '../inputs/input.ts'
import { checkRouteDocs, ROUTE_DOCS_OPTIONS, type RouteDocs } from '../openapi/route-docs.ts'
import { EventStreamOutput } from '../responses/event-stream.ts'
import type { Reply } from '../responses/reply.ts'
import { checkUse, type MiddlewareUse } from './middleware-use.ts'
import type { Arguments, CheckedInputs } from './pattern-types.ts'

/**
 * What a route may answer with, by status: the body, `events()` for a stream, `null` for a status
 * without a body.
 */
export type OutMap = {
  readonly [status: number]: StandardSchema<unknown> | EventStreamOutput<unknown> | null
}

/** What `out` declares, with schemas of other libraries made ours. */
export type ResponseSchemas = {
  readonly [status: number]: Schema<unknown> | EventStreamOutput<unknown> | null
}

type BodyOf<Declared> =
  Declared extends StandardSchema<infer Value>
    ? Value
    : Declared extends EventStreamOutput<infer Data>
      ? EventStreamSource<Data>
      : undefined

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206

/** A plain value is the body of the success status: 200, or the only one declared. */
type PlainResult<Out extends OutMap> = 200 extends keyof Out
  ? BodyOf<Out[200]>
  : { [Status in keyof Out]: Status extends SuccessStatus ? BodyOf<Out[Status]> : never }[keyof Out]

type ReplyResult<Out extends OutMap> = {
  [Status in keyof Out]: Status extends number ? Reply<Status, BodyOf<Out[Status]>> : never
}[keyof Out]

/** Items of the plain result's schema, each sent as a line of JSON when it is there. */
type StreamedResult<Out extends OutMap> =
  | AsyncIterable<PlainResult<Out>>
  | Generator<PlainResult<Out>, unknown, unknown>

/** What a handler may return, given what the route declares. */
export type HandlerResult<Out> = Out extends OutMap
  ? PlainResult<Out> | StreamedResult<Out> | ReplyResult<Out> | HttpResponse | StreamBody | Response
  : unknown

/** An `async` handler is compared with `Promise` much cheaper than with `PromiseLike`: it is half of its cost. */
type Returned<Result> = Result | Promise<Result> | PromiseLike<Result>

/** Answers a request: now, or later through a Future or promise. */
export type Handler<Pattern extends string, In extends InputMap, Out> = (
  inputs: Arguments<Pattern, In>,
) => Returned<HandlerResult<Out>>

/** What a route says about itself, apart from its inputs and outputs. */
export interface RouteInfo extends RouteDocs, MiddlewareUse {
  /** Status of a plain result; default the lowest success status in `out`, else 200. */
  readonly status?: number
  /** Larger bodies are answered with 413; default: the server's limit. */
  readonly maxBodyBytes?: number
  /** Limits of `form`, `file` and `files` inputs, and where temporary files go. */
  readonly form?: Omit<FormOptions, 'maxBytes'>
  /** How errors are written that no handler is for; default: as its routers and the app say. */
  readonly errors?: ErrorFormat
  /** Leaves the route out of OpenAPI and the docs page when false. */
  readonly documented?: boolean
}

export interface RouteOptions<
  Pattern extends string,
  In extends InputMap,
  Out extends OutMap | undefined,
> extends RouteInfo {
  readonly in?: In & CheckedInputs<Pattern, In>
  /** Bodies by status: what handlers may return, what is sent, and what the docs say. */
  readonly out?: Out
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

export type Method = (typeof METHODS)[number]

const OPTION_NAMES = [
  ...ROUTE_DOCS_OPTIONS,
  'in',
  'out',
  'status',
  'maxBodyBytes',
  'form',
  'errors',
  'use',
  'without',
]

/** One method and pattern with its handler; a value, so that files split freely. */
export class Route<
  out Pattern extends string = string,
  out In extends InputMap = InputMap,
  out Out extends OutMap | undefined = OutMap | undefined,
> {
  /** Type only; never set. */
  declare readonly '~out': Out
  readonly method: Method
  readonly pattern: Pattern
  readonly inputs: In
  readonly out: ResponseSchemas | undefined
  readonly info: RouteInfo
  /** @internal */ readonly handler: (inputs: never) => unknown

  /** @internal */
  constructor(
    method: Method,
    pattern: Pattern,
    inputs: In,
    out: ResponseSchemas | undefined,
    info: RouteInfo,
    handler: (inputs: never) => unknown,
  ) {
    this.method = method
    this.pattern = pattern
    this.inputs = inputs
    this.out = out
    this.info = info
    this.handler = handler
  }

  /** @internal The same route with other outputs and marks. */
  with(out: ResponseSchemas | undefined, info: RouteInfo): Route {
    return new Route(this.method, this.pattern, this.inputs, out, info, this.handler)
  }
}

/**
 * Checks what was passed to `get` and its like, and makes the route.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function defineRoute(
  method: Method,
  pattern: string,
  first: object,
  second?: (inputs: never) => unknown,
): Route {
  const where = `${method} ${pattern}`
  const handler = second ?? first
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) {
    throw new OptionError(`${method} pattern`, pattern, "a path that begins with '/'")
  }
  if (typeof handler !== 'function') {
    throw new OptionError(`${where} handler`, handler, 'a function; options come before it')
  }
  const options: RouteOptions<string, InputMap, OutMap | undefined> =
    second === undefined ? {} : first
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { in: inputs, out, ...info } = options
  checkInputMap(`${where} in`, inputs)
  const schemas = adoptOut(where, out)
  checkRouteDocs(where, info)
  checkUse(where, info)
  checkErrorFormat(where, info.errors)
  if (info.status !== undefined) integerOption(`${where} status`, info.status, 200, 200, 599)
  if (info.maxBodyBytes !== undefined) integerOption(`${where} maxBodyBytes`, info.maxBodyBytes, 0)
  if (info.form !== undefined) formReaderSettings(`${where} form`, info.form)
  return new Route(method, pattern, inputs ?? {}, schemas, info, handler as Route['handler'])
}

/** @throws {OptionError} if it is no map from statuses to what they are sent with */
export function adoptOut(where: string, out: OutMap | undefined): ResponseSchemas | undefined {
  if (out === undefined) return undefined
  if (typeof out !== 'object' || out === null || out instanceof Schema) {
    throw new OptionError(`${where} out`, out, 'a map from statuses to schemas')
  }
  const schemas: Record<string, ResponseSchemas[number]> = {}
  for (const [status, schema] of Object.entries(out)) {
    integerOption(`${where} out status ${status}`, Number(status), 200, 200, 599)
    if (schema instanceof EventStreamOutput && status !== '200') {
      throw new OptionError(`${where} out`, Number(status), '200 as the status of events()')
    }
    const isOurs = schema === null || schema instanceof EventStreamOutput
    schemas[status] = isOurs ? schema : adoptSchema(`${where} out.${status}`, schema)
  }
  return schemas
}
