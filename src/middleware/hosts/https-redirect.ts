import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { HttpError, HttpResponse } from '../../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'
import { hostNameOf } from './host-pattern.ts'
import { pathOf } from './trusted-host.ts'

export interface HttpsRedirectOptions {
  /** 307 (default) and 308 keep method and body; browsers remember 301 and 308. */
  readonly status?: 301 | 302 | 307 | 308
  /** Of the HTTPS server; default 443. */
  readonly port?: number
  /** Where to send everybody; default: the host that was asked for, which is what a client has written. */
  readonly host?: string
  /** Beginnings of paths that stay: `/.well-known/acme-challenge/`, `/health`. Default none. */
  readonly except?: readonly string[]
}

/**
 * Sends requests that came unencrypted to the same URL with `https`.
 *
 * Behind a proxy that ends TLS, `trustProxy` has to name it: without, every request seems unencrypted, and
 * the redirects never end. `Strict-Transport-Security` is sent by `securityHeaders()`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function httpsRedirect(options: HttpsRedirectOptions = {}): MiddlewareLayer {
  return new HttpsRedirect(options)
}

class HttpsRedirect extends MiddlewareLayer {
  readonly #status: number
  readonly #port: string
  readonly #host: string | undefined
  readonly #except: readonly string[]

  constructor(options: HttpsRedirectOptions) {
    super('httpsRedirect')
    rejectUnknownOptions('httpsRedirect()', options, ['status', 'port', 'host', 'except'])
    const { status = 307, host, except = [] } = options
    if (![301, 302, 307, 308].includes(status)) {
      throw new OptionError('httpsRedirect().status', status, '301, 302, 307 or 308')
    }
    if (host !== undefined && (typeof host !== 'string' || hostNameOf(host) === undefined)) {
      throw new OptionError('httpsRedirect().host', host, 'a host')
    }
    if (!Array.isArray(except) || !except.every((each) => String(each).startsWith('/'))) {
      throw new OptionError(
        'httpsRedirect().except',
        except,
        "an array of paths that begin with '/'",
      )
    }
    const port = integerOption('httpsRedirect().port', options.port, 443, 1, 65_535)
    this.#status = status
    this.#port = port === 443 ? '' : `:${port}`
    this.#host = host
    this.#except = except
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    return (request) => {
      if (request.scheme === 'https') return next(request)
      if (this.#except.some((start) => request.path.startsWith(start))) return next(request)
      const host = this.#host ?? hostNameOf(request.host)
      if (host === undefined) throw new HttpError(400, 'Invalid host header')
      const location = `https://${host}${this.#port}${pathOf(request)}`
      return new HttpResponse(this.#status, null, undefined, [['location', location]])
    }
  }
}
