import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { HttpResponse } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { entityTagOf, weaken } from './entity-tag.ts'
import { type ContentHandler, type ContentRequest, mapResponse } from './handler.ts'
import { withHeaders } from './header-fields.ts'
import { formatHttpDate, parseHttpDate } from './http-date.ts'
import {
  type Conditions,
  evaluatePreconditions,
  type PreconditionOutcome,
  type Validators,
} from './preconditions.ts'

export interface ConditionalOptions {
  /**
   * The kind of entity tag made for bodies that have none: `weak` (default) if something behind may
   * code the body otherwise, `strong` if not, `false` for none.
   */
  readonly etag?: 'weak' | 'strong' | false
  /** Longer bodies get no entity tag, for it costs a hash of them; default 1 MiB. */
  readonly maxBytes?: number
}

/** What a 304 must not say: it would describe a body that is not there. RFC 9110, 15.4.5. */
const NOT_IN_304: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-range',
  'content-disposition',
])

/**
 * Wraps a handler so that clients need not load what they have: GET and HEAD answered with 200 get an
 * `ETag` of the body, and conditional requests are answered with 304 or 412.
 *
 * The handler runs for each request, and its own `ETag` and `Last-Modified` count. A stream is tagged
 * by its handler or not at all; responses with `cache-control: no-store` and other methods pass
 * unchanged: a handler that changes something asks {@link checkPreconditions} before it does.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 9110, 13
 */
export function conditional<Request extends ContentRequest>(
  handler: ContentHandler<Request>,
  options: ConditionalOptions = {},
): ContentHandler<Request> {
  rejectUnknownOptions('conditional()', options, ['etag', 'maxBytes'])
  const { etag = 'weak' } = options
  if (!['weak', 'strong', false].includes(etag)) {
    throw new OptionError('conditional().etag', etag, "'weak', 'strong' or false")
  }
  const maxBytes = integerOption('conditional().maxBytes', options.maxBytes, 1_048_576)
  return (request) => {
    const result = handler(request)
    if (request.method !== 'GET' && request.method !== 'HEAD') return result
    return mapResponse(result, (response) =>
      response.status === 200 ? answer(request, response, etag, maxBytes) : response,
    )
  }
}

/**
 * Evaluates a request's conditions against the state of what it is about, before anything is done.
 *
 * @param validators - the current `etag` and `lastModifiedMs`, and `exists: false` for what is to be
 * created
 * @returns the response to send instead, 304 or 412; undefined to go on
 * @see RFC 9110, 13.2
 */
export function checkPreconditions(
  request: Pick<ContentRequest, 'method' | 'header'>,
  validators: Validators,
): HttpResponse | undefined {
  const outcome = evaluatePreconditions(request.method, conditionsOf(request), validators)
  const { etag, lastModifiedMs } = validators
  const headers: [string, string][] = []
  if (etag !== undefined) headers.push(['etag', etag])
  else if (lastModifiedMs !== undefined) {
    headers.push(['last-modified', formatHttpDate(lastModifiedMs)])
  }
  return outcome === 'proceed' ? undefined : preconditionResponse(outcome, headers)
}

/** The conditional fields of a request. */
export function conditionsOf(request: Pick<ContentRequest, 'header'>): Conditions {
  return {
    ifMatch: request.header('if-match'),
    ifNoneMatch: request.header('if-none-match'),
    ifModifiedSince: request.header('if-modified-since'),
    ifUnmodifiedSince: request.header('if-unmodified-since'),
  }
}

/** The answer to conditions that do not let the method proceed. */
export function preconditionResponse(
  outcome: Exclude<PreconditionOutcome, 'proceed'>,
  headers: HttpResponse['headers'],
): HttpResponse {
  if (outcome === 'failed') {
    return new HttpResponse(412, '{"detail":"Precondition Failed"}', 'application/json', headers)
  }
  const kept = headers?.filter(([name]) => !NOT_IN_304.has(name.toLowerCase()))
  return new HttpResponse(304, null, undefined, kept)
}

function answer(
  request: ContentRequest,
  response: HttpResponse,
  kind: 'weak' | 'strong' | false,
  maxBytes: number,
): HttpResponse {
  const { body } = response
  if (/\bno-store\b/i.test(response.header('cache-control') ?? '')) return response
  let etag = response.header('etag')
  let tagged = response
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  if (etag === undefined && isWhole && kind !== false && body.length <= maxBytes) {
    etag = kind === 'strong' ? entityTagOf(body) : weaken(entityTagOf(body))
    tagged = withHeaders(response, [...(response.headers ?? []), ['etag', etag]])
  }
  const lastModified = response.header('last-modified')
  const outcome = evaluatePreconditions(request.method, conditionsOf(request), {
    etag,
    lastModifiedMs: lastModified === undefined ? undefined : parseHttpDate(lastModified),
  })
  if (outcome === 'proceed') return tagged
  if (body instanceof StreamBody) body.abandon()
  return preconditionResponse(outcome, tagged.headers)
}
