import { HttpError } from '../errors.ts'
import type { HeaderList } from './headers.ts'
import type { StreamBody } from './stream-body.ts'

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
