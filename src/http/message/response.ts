import { HttpError } from '../errors.ts'
import type { HeaderList } from './headers.ts'
import { StreamBody } from './stream-body.ts'

/**
 * What a handler answers.
 *
 * The engine writes `date`, `content-length` and `connection`; a response that sets the first two
 * itself, or whose headers could split it, is not sent: the client gets a 500, and the server's
 * `onError` the reason.
 */
export class HttpResponse {
  readonly status: number
  /** A string is sent as UTF-8; bytes must not change after they were given here. */
  readonly body: string | Uint8Array | StreamBody | null
  readonly contentType: string | undefined
  readonly headers: HeaderList | undefined

  constructor(
    status: number,
    body: string | Uint8Array | StreamBody | null,
    contentType?: string,
    headers?: HeaderList,
  ) {
    this.status = status
    this.body = body
    this.contentType = contentType
    this.headers = headers
  }

  /**
   * The value of a header, the content type included.
   *
   * @param name - in any case
   * @returns undefined if absent; of several with one name the first
   */
  header(name: string): string | undefined {
    const lower = name.toLowerCase()
    if (lower === 'content-type' && this.contentType !== undefined) return this.contentType
    return this.headers?.find(([each]) => each.toLowerCase() === lower)?.[1]
  }

  /**
   * The same answer with these headers in the place of those with the same name.
   *
   * @param fields - several values of one name as an array; undefined takes a header away
   */
  withHeaders(
    fields: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): HttpResponse {
    const given = Object.entries(fields).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    )
    const names = new Set(given.map(([name]) => name))
    const list = (this.headers ?? []).filter(([name]) => !names.has(name.toLowerCase()))
    for (const [name, value] of given) {
      if (typeof value === 'string') list.push([name, value])
      else if (value !== undefined) for (const each of value) list.push([name, each])
    }
    const contentType = names.has('content-type') ? undefined : this.contentType
    return this.withHeaderList(list, contentType)
  }

  /** For who sends another answer instead: ends the stream that nobody will read, if it is one. */
  discard(): void {
    if (this.body instanceof StreamBody) this.body.abandon()
  }

  /** @internal The same answer with other headers; a subclass stays what it is. */
  withHeaderList(headers: HeaderList, contentType: string | undefined): HttpResponse {
    return new HttpResponse(this.status, this.body, contentType, headers)
  }
}

/** The answer to a failure: `{"detail": ...}` for an {@link HttpError}, a plain 500 for all else. */
export function responseOfError(error: unknown): HttpResponse {
  if (!(error instanceof HttpError)) return detailResponse(500, 'Internal Server Error')
  return detailResponse(
    error.status,
    error.detail,
    error.headers === undefined ? undefined : Object.entries(error.headers),
  )
}

export function detailResponse(
  status: number,
  detail: unknown,
  headers?: HeaderList,
): HttpResponse {
  return new HttpResponse(status, JSON.stringify({ detail }), 'application/json', headers)
}
