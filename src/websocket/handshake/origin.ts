import type { AllowedOrigins } from '../options.ts'
import type { HandshakeRequest } from './request.ts'

/**
 * Whether a page may open a socket here.
 *
 * Browsers let any page connect anywhere, with the cookies of that host, and leave it to the server to
 * look at `Origin`. Without one, it is no browser, and no cookies of somebody else are at stake.
 *
 * @see RFC 6455, 10.2
 */
export function isOriginAllowed(request: HandshakeRequest, allowed: AllowedOrigins): boolean {
  const origin = request.header('origin')
  if (origin === undefined || allowed === 'any') return true
  if (typeof allowed === 'function') return allowed(origin, request)
  const url = URL.parse(origin)
  if (url === null || url.origin === 'null') return false
  if (allowed !== 'same') return allowed.includes(url.origin)
  // The scheme is left out: behind a proxy that ends TLS, only the proxy knows ours.
  const own = URL.parse(`${url.protocol}//${request.header('host') ?? ''}`)
  return own !== null && own.host === url.host
}
