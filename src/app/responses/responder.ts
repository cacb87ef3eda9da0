import { HttpResponse } from '../../http/index.ts'
import { Schema, SerializationError, type Write } from '../../schema/index.ts'
import { ResponseValidationError } from '../errors.ts'
import type { ResponseSchemas, RouteInfo } from '../routing/route.ts'
import { EventStreamOutput } from './event-stream.ts'
import { typedResponder } from './media-type.ts'
import { Reply } from './reply.ts'
import { isStreamed, streamedResponse } from './streamed-result.ts'

/**
 * Makes the response of what a handler returned.
 *
 * @throws {ResponseValidationError} if the route's `out` does not allow it
 */
export type Responder = (result: unknown) => HttpResponse

type Writer = Write | EventStreamOutput<unknown> | null

const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'

/** @param name - method and pattern, for failures */
export function compileResponder(
  name: string,
  out: ResponseSchemas | undefined,
  info: RouteInfo,
): Responder {
  const status = plainStatus(out, info)
  const respond = jsonResponder(name, out, status)
  const { mediaType = JSON_TYPE } = info
  if (mediaType === JSON_TYPE || out?.[status] instanceof EventStreamOutput) return respond
  return typedResponder(status, mediaType, respond, out !== undefined)
}

function jsonResponder(name: string, out: ResponseSchemas | undefined, status: number): Responder {
  if (out === undefined) {
    return (result) => {
      if (result instanceof HttpResponse) return result
      if (result instanceof Reply) return freeReply(name, result)
      return freeResponse(name, status, result)
    }
  }
  const writers = compileWriters(out)
  const writePlain = writers.get(status)
  return (result) => {
    if (result instanceof HttpResponse) return result
    if (result instanceof Reply) return declaredReply(name, writers, result)
    if (writePlain === undefined) throw undeclared(name, status)
    return declaredResponse(name, status, writePlain, result)
  }
}

/** The status of a plain result: the one given, else the lowest success status declared, else 200. */
export function plainStatus(out: ResponseSchemas | undefined, info: RouteInfo): number {
  if (info.status !== undefined) return info.status
  const success = Object.keys(out ?? {}).find((status) => status.startsWith('2'))
  return success === undefined ? 200 : Number(success)
}

function compileWriters(out: ResponseSchemas): ReadonlyMap<number, Writer> {
  return new Map(
    Object.entries(out).map(([status, schema]) => [
      Number(status),
      schema instanceof Schema ? (value) => schema.stringify(value) : schema,
    ]),
  )
}

function declaredReply(
  name: string,
  writers: ReadonlyMap<number, Writer>,
  { status, body, contentType, headers }: Reply<number, unknown>,
): HttpResponse {
  const write = writers.get(status)
  if (write === undefined) throw undeclared(name, status)
  const plain = declaredResponse(name, status, write, body)
  if (headers === undefined && contentType === undefined) return plain
  const all = plain.headers === undefined ? headers : [...plain.headers, ...(headers ?? [])]
  return new HttpResponse(status, plain.body, contentType ?? plain.contentType, all)
}

function declaredResponse(
  name: string,
  status: number,
  write: Writer,
  body: unknown,
): HttpResponse {
  if (typeof write !== 'function') return otherResponse(name, status, write, body)
  if (isStreamed(body)) {
    return streamedResponse(status, body, (item) => `${fitting(name, status, write, item)}\n`)
  }
  return new HttpResponse(status, fitting(name, status, write, body), JSON_TYPE)
}

/** @throws {ResponseValidationError} if the value does not fit what is declared */
function fitting(name: string, status: number, write: Write, value: unknown): string {
  try {
    return write(value)
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    throw new ResponseValidationError(
      `${name}: the body for status ${status} does not fit its schema: ${error.message}`,
      { cause: error },
    )
  }
}

function otherResponse(
  name: string,
  status: number,
  output: EventStreamOutput<unknown> | null,
  body: unknown,
): HttpResponse {
  if (output !== null) return output.respond(name, body)
  if (body === undefined || body === null) return new HttpResponse(status, null)
  throw new ResponseValidationError(`${name}: status ${status} has no body, but one was returned`)
}

function freeReply(name: string, answer: Reply<number, unknown>): HttpResponse {
  const { status, body, contentType, headers } = answer
  if (contentType !== undefined && (typeof body === 'string' || body instanceof Uint8Array)) {
    return new HttpResponse(status, body, contentType, headers)
  }
  if (body === undefined) return new HttpResponse(status, null, contentType, headers)
  const plain = freeResponse(name, status, body)
  return new HttpResponse(status, plain.body, contentType ?? plain.contentType, headers)
}

function freeResponse(name: string, status: number, body: unknown): HttpResponse {
  if (body instanceof Uint8Array) return new HttpResponse(status, body, BYTES_TYPE)
  if (isStreamed(body)) return streamedResponse(status, body, undefined)
  if (status === 204 || status === 205) return new HttpResponse(status, null)
  let text: string | undefined
  try {
    text = JSON.stringify(body === undefined ? null : body)
  } catch (error) {
    throw new ResponseValidationError(`${name}: the result is not JSON`, { cause: error })
  }
  if (text === undefined) throw new ResponseValidationError(`${name}: the result is not JSON`)
  return new HttpResponse(status, text, JSON_TYPE)
}

function undeclared(name: string, status: number): ResponseValidationError {
  return new ResponseValidationError(`${name}: status ${status} is not declared in out`)
}
