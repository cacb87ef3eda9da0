import { Buffer } from 'node:buffer'
import { type HttpRequest, type HttpResponse, StreamBody } from '../../http/index.ts'
import type { AppRequest } from '../request.ts'
import { requestIdOf } from '../request-id.ts'
import { redactQuery } from './redact.ts'

/** What is logged of a request. */
export interface AccessLogEntry {
  /** When the request came here, as ISO 8601 in UTC. */
  readonly time: string
  readonly method: string
  /** As it was sent, but for secrets in the query. */
  readonly target: string
  /** Pattern of the route: `/users/{id:int}`; undefined where none was found. */
  readonly route: string | undefined
  readonly status: number
  /** Milliseconds to the response; to the end of it for a stream, and where `until` says so. */
  readonly durationMs: number
  /** Length of the body; undefined for a stream whose length nobody knows. */
  readonly bytes: number | undefined
  /** Address of the client, as trusted proxies tell. */
  readonly client: string | undefined
  readonly httpVersion: string
  readonly requestId: string | undefined
  /** True if nobody waited any more. */
  readonly aborted: true | undefined
  /** Headers of the request that the options name. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** @internal What entries are made of besides request and response. */
export interface EntryContext {
  readonly route: string | undefined
  readonly headers: readonly string[]
  readonly secrets: ReadonlySet<string>
}

/** @param startMs - when the request came, on the monotonic clock */
export function entryOf(
  request: AppRequest,
  response: HttpResponse,
  startMs: number,
  { route, headers, secrets }: EntryContext,
): AccessLogEntry {
  const durationMs = performance.now() - startMs
  return {
    time: new Date(Date.now() - durationMs).toISOString(),
    method: request.method,
    target: redactQuery(request.target, secrets),
    route,
    status: response.status,
    durationMs: Math.round(durationMs * 1000) / 1000,
    bytes: request.method === 'HEAD' ? 0 : lengthOf(response.body),
    client: request.clientAddress,
    httpVersion: request.httpVersion,
    requestId: requestIdOf(request),
    aborted: isGivenUp(request) ? true : undefined,
    headers: headers.length === 0 ? undefined : pick(request, headers),
  }
}

function lengthOf(body: HttpResponse['body']): number | undefined {
  if (body === null) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  return body instanceof StreamBody ? body.length : body.length
}

/** Asking for the signal would make one. */
function isGivenUp(request: AppRequest): boolean {
  return (request as Partial<Pick<HttpRequest, 'abortReason'>>).abortReason !== undefined
}

function pick(request: AppRequest, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = request.header(name)
    if (value !== undefined) found[name] = value
  }
  return found
}
