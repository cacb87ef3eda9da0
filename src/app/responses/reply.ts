import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { type Cookie, type HeaderList, serializeCookie } from '../../http/index.ts'

export interface ReplyOptions {
  /** Several of one name as an array. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** To be set; with `maxAgeSeconds: 0` one is deleted. */
  readonly cookies?: readonly Cookie[]
}

/** An answer with a status of its own; made by {@link reply}. */
export class Reply<out Status extends number, out Body> {
  readonly status: Status
  readonly body: Body
  /** @internal */ readonly contentType: string | undefined
  /** @internal */ readonly headers: HeaderList | undefined

  /** @internal */
  constructor(status: Status, body: Body, contentType?: string, headers?: HeaderList) {
    this.status = status
    this.body = body
    this.contentType = contentType
    this.headers = headers
  }
}

/**
 * Answers with the given status.
 *
 * The body is written as the route's `out` says for that status. Without `out`, bytes are sent as
 * they are and everything else as JSON; a text with a `content-type` header is sent as it is.
 *
 * @throws {OptionError} if the status is no HTTP status, for a cookie that browsers would refuse, or on
 * unknown options
 */
export function reply<Status extends number>(status: Status): Reply<Status, undefined>
export function reply<Status extends number, Body>(
  status: Status,
  body: Body,
  options?: ReplyOptions,
): Reply<Status, Body>
export function reply(
  status: number,
  body?: unknown,
  options?: ReplyOptions,
): Reply<number, unknown> {
  integerOption('reply() status', status, status, 200, 599)
  if (options === undefined) return new Reply(status, body)
  rejectUnknownOptions('reply()', options, ['headers', 'cookies'])
  const { contentType, headers } = splitHeaders(options.headers ?? {})
  for (const { name, value, ...rest } of options.cookies ?? []) {
    headers.push(['set-cookie', serializeCookie(name, value, rest)])
  }
  return new Reply(status, body, contentType, headers.length === 0 ? undefined : headers)
}

/** The engine takes the content type apart from the other headers. */
function splitHeaders(headers: Readonly<Record<string, string | readonly string[]>>): {
  contentType: string | undefined
  headers: [string, string][]
} {
  let contentType: string | undefined
  const list: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') {
      if (name.toLowerCase() === 'content-type') contentType = value
      else list.push([name, value])
    } else if (Array.isArray(value)) {
      for (const item of value) list.push([name, item])
    } else {
      throw new OptionError(`reply().headers.${name}`, value, 'a string or an array of strings')
    }
  }
  return { contentType, headers: list }
}
