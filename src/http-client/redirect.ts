import { type ErrorSubject, HttpClientError } from './errors.ts'
import { type HeaderFields, headerOf } from './header-fields.ts'
import type { RequestBody } from './request-body.ts'
import type { TransportResponse } from './transport.ts'

/** One request, which may lead to another one. */
export interface Hop {
  readonly method: string
  readonly url: URL
  readonly headers: HeaderFields
  readonly body: RequestBody | undefined
}

const STATUSES = new Set([301, 302, 303, 307, 308])
/** What only the origin they were meant for may see. */
const SECRETS = new Set(['authorization', 'cookie', 'proxy-authorization'])
/** What describes a body that is no longer sent. */
const OF_BODY = /^content-/

export function isRedirect(response: TransportResponse): boolean {
  return STATUSES.has(response.status) && headerOf(response.headers, 'location') !== undefined
}

/**
 * The request that a redirect asks for.
 *
 * POST becomes GET after 301 and 302, as all clients do, and everything but HEAD after 303; 307 and 308
 * keep method and body. Credentials do not leave their origin.
 *
 * @throws {HttpClientError} `HTTP_CLIENT_REDIRECT` if there is no place to go, or the body cannot be sent again
 * @see RFC 9110, 15.4
 */
export function nextHop(hop: Hop, response: TransportResponse, subject: ErrorSubject): Hop {
  const location = headerOf(response.headers, 'location') ?? ''
  const url = URL.canParse(location, hop.url.href) ? new URL(location, hop.url) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw refuse(subject, response.status, `to "${location.slice(0, 200)}"`)
  }
  if (url.hash === '') url.hash = hop.url.hash
  const { status } = response
  const dropsBody =
    (status === 303 && hop.method !== 'HEAD') || (status < 303 && hop.method === 'POST')
  if (!dropsBody && hop.body?.isReplayable === false) {
    throw refuse(subject, status, 'but the body cannot be sent again')
  }
  const isForeign = url.origin !== hop.url.origin
  const headers = hop.headers.filter(
    ([name]) => !(isForeign && SECRETS.has(name)) && !(dropsBody && OF_BODY.test(name)),
  )
  return dropsBody ? { method: 'GET', url, headers, body: undefined } : { ...hop, url, headers }
}

function refuse(subject: ErrorSubject, status: number, why: string): HttpClientError {
  const what = `redirected with ${status} ${why}`
  return new HttpClientError('HTTP_CLIENT_REDIRECT', subject, what, { status })
}
