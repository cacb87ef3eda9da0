import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { HttpResponse } from '../../http/index.ts'
import { type ReplyOptions, reply } from './reply.ts'

/** Status, headers and cookies of a text. */
export interface TextOptions extends ReplyOptions {
  /** Default 200. */
  readonly status?: number
}

/** Status, headers and cookies of a redirect. */
export interface RedirectOptions extends ReplyOptions {
  /** Default 307, which keeps method and body, as in FastAPI; 303 goes on with GET. */
  readonly status?: 301 | 302 | 303 | 307 | 308
}

/**
 * Answers with a page of HTML, whatever `out` says. What comes from users must be escaped before.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function html(page: string, options: TextOptions = {}): HttpResponse {
  return textual('html()', 'text/html; charset=utf-8', page, options)
}

/**
 * Answers with plain text, whatever `out` says.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function text(content: string, options: TextOptions = {}): HttpResponse {
  return textual('text()', 'text/plain; charset=utf-8', content, options)
}

/**
 * Sends the client to another place: a path, or a whole URL.
 *
 * A place that comes from the request must be checked before: any site can be named in it.
 *
 * @throws {OptionError} on unknown or impossible options, or for a URL that no header can have
 * @see RFC 9110, 15.4
 */
export function redirect(url: string | URL, options: RedirectOptions = {}): HttpResponse {
  rejectUnknownOptions('redirect()', options, ['status', 'headers', 'cookies'])
  const { status = 307, headers = {}, ...rest } = options
  if (![301, 302, 303, 307, 308].includes(status)) {
    throw new OptionError('redirect().status', status, '301, 302, 303, 307 or 308')
  }
  const location = encodeLocation(String(url))
  const head = reply(status, undefined, { ...rest, headers: { ...headers, location } })
  return new HttpResponse(status, null, undefined, head.headers)
}

function textual(where: string, type: string, content: string, options: TextOptions): HttpResponse {
  if (typeof content !== 'string') throw new OptionError(where, content, 'a string')
  rejectUnknownOptions(where, options, ['status', 'headers', 'cookies'])
  const { status, ...rest } = options
  const code = integerOption(`${where}.status`, status, 200, 200, 599)
  const { contentType = type, headers } = reply(code, content, rest)
  return new HttpResponse(code, content, contentType, headers)
}

/** Characters that a URL cannot have are escaped; escapes that are there already stay. */
function encodeLocation(url: string): string {
  const encoded = url.replaceAll(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(part))
  if (encoded === '') throw new OptionError('redirect() url', url, 'a path or a URL')
  return encoded
}
