import { integerOption } from '../../core/options.ts'
import { type Cookie, HttpResponse, serializeCookie } from '../../http/index.ts'
import { Reply } from './reply.ts'
import type { Responder } from './responder.ts'

type CookieOptions = Omit<Cookie, 'name' | 'value'>

/**
 * Status, headers and cookies of the response to come, for handlers that return a plain value and for
 * dependencies; the input `response()` gives it.
 */
export class ResponseHead {
  #status: number | undefined
  #headers: Headers | undefined

  /** Of a plain result; undefined for the one the route declares. A `reply` has its own. */
  get status(): number | undefined {
    return this.#status
  }

  /** @throws {OptionError} if it is no HTTP status */
  set status(status: number) {
    this.#status = integerOption('response().status', status, status, 200, 599)
  }

  /**
   * Sent beside those the result has itself; `content-type` in place of its own.
   *
   * Its methods throw a `TypeError` for a name or value that no header can have.
   */
  get headers(): Headers {
    this.#headers ??= new Headers()
    return this.#headers
  }

  /** @throws {OptionError} for a cookie that browsers would refuse */
  setCookie(name: string, value: string, options: CookieOptions = {}): void {
    this.headers.append('set-cookie', serializeCookie(name, value, options))
  }

  /**
   * Has the client forget a cookie. `path` and `domain` must be those it was set with.
   *
   * @throws {OptionError} for a cookie that browsers would refuse
   */
  deleteCookie(name: string, options: CookieOptions = {}): void {
    this.setCookie(name, '', { ...options, maxAgeSeconds: 0 })
  }

  /** @internal The response of a result, with this head. */
  respond(respond: Responder, result: unknown): HttpResponse {
    const isPlain =
      !(result instanceof Reply) &&
      !(result instanceof HttpResponse) &&
      !(result instanceof Response)
    const answer = isPlain && this.#status !== undefined ? new Reply(this.#status, result) : result
    return this.#complete(respond(answer))
  }

  #complete(response: HttpResponse): HttpResponse {
    // What takes a connection over, such as a socket, says its own head.
    if (this.#headers === undefined || response.constructor !== HttpResponse) return response
    const headers = [...(response.headers ?? [])]
    let { contentType } = response
    for (const [name, value] of this.#headers) {
      if (name === 'content-type') contentType = value
      else headers.push([name, value])
    }
    return new HttpResponse(response.status, response.body, contentType, headers)
  }
}
