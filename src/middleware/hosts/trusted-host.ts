import { rejectUnknownOptions } from '../../core/options.ts'
import { HttpError, HttpResponse } from '../../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer } from '../middleware.ts'
import { booleanOption } from '../options.ts'
import type { AppRequest } from '../request.ts'
import { compileHosts, hostNameOf } from './host-pattern.ts'

export interface TrustedHostOptions {
  /** Where only `www.` with the host is served, sends there instead of refusing; default true. */
  readonly wwwRedirect?: boolean
}

/**
 * Answers only requests for hosts that this server serves; others get 400.
 *
 * Against attacks by the `Host` header: what is made of it (links in mails, redirects, keys of caches) is
 * what the client has written. Behind a proxy that is trusted, the host it has been asked for counts.
 *
 * @param hosts - names, addresses in brackets if they are of IPv6, or `*.example.com`; ports do not matter
 * @throws {OptionError} on unknown options, and for what can match no host
 */
export function trustedHost(
  hosts: readonly string[],
  options: TrustedHostOptions = {},
): MiddlewareLayer & { readonly refused: number } {
  return new TrustedHost(hosts, options)
}

class TrustedHost extends MiddlewareLayer {
  /** Requests that were answered with 400. */
  refused = 0
  readonly #isServed: (name: string) => boolean
  readonly #hosts: readonly string[]
  readonly #redirectsToWww: boolean

  constructor(hosts: readonly string[], options: TrustedHostOptions) {
    super('trustedHost')
    rejectUnknownOptions('trustedHost()', options, ['wwwRedirect'])
    this.#isServed = compileHosts('trustedHost() hosts', hosts)
    this.#hosts = hosts
    this.#redirectsToWww = booleanOption('trustedHost().wwwRedirect', options.wwwRedirect, true)
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    // Clients ask for the same few hosts: the last one that was found right needs no look at it.
    let known: string | undefined
    return (request) => {
      const { host } = request
      if (host === known) return next(request)
      const name = hostNameOf(host)
      if (name !== undefined && this.#isServed(name)) {
        known = host
        return next(request)
      }
      if (this.#redirectsToWww && this.#hosts.includes(`www.${name}`)) {
        const location = `${request.scheme}://www.${host}${pathOf(request)}`
        return new HttpResponse(307, null, undefined, [['location', location]])
      }
      this.refused++
      throw new HttpError(400, 'Invalid host header')
    }
  }
}

/** The target as it stands in a URL; that of another form, as proxies are sent it, is not repeated. */
export function pathOf({ target, path }: AppRequest): string {
  return target.startsWith('/') ? target : path.startsWith('/') ? path : '/'
}
