import { FasterApiError, FlowError } from '../core/errors.ts'
import { reasonOf } from '../net/errors.ts'
import { reasonPhrase } from './message/status.ts'

/** Why a request could not be understood; the connection is closed after the answer. */
export type HttpParseErrorCode =
  | 'HTTP_REQUEST_LINE'
  | 'HTTP_TARGET'
  | 'HTTP_VERSION'
  | 'HTTP_FIELD_NAME'
  | 'HTTP_FIELD_VALUE'
  | 'HTTP_LINE_ENDING'
  | 'HTTP_HOST'
  | 'HTTP_FRAMING'
  | 'HTTP_CODING'
  | 'HTTP_EXPECTATION'
  | 'HTTP_CHUNK'
  | 'HTTP_LIMIT'

/** The bytes of the client are not a request we can read in one way only. */
export class HttpParseError extends FlowError {
  readonly code: HttpParseErrorCode
  /** The status to answer with: 400, 413, 414, 417, 431, 501 or 505. */
  readonly status: number

  constructor(code: HttpParseErrorCode, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

/**
 * A failure with a status: throw it, or fail a future with it, and the client gets
 * `{"detail": ...}` as JSON with that status.
 */
export class HttpError extends FasterApiError {
  readonly code = 'HTTP_ERROR'
  readonly status: number
  /** Anything JSON can say; default: the reason phrase of the status. */
  readonly detail: unknown
  readonly headers: Readonly<Record<string, string>> | undefined

  constructor(
    status: number,
    detail?: unknown,
    headers?: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    const what = detail ?? reasonPhrase(status)
    super(`${status} ${typeof what === 'string' ? what : reasonPhrase(status)}`, options)
    this.status = status
    this.detail = what
    this.headers = headers
  }
}

/** A response that must not be sent: a header that would split it, or a status that does not exist. */
export class HttpResponseError extends FasterApiError {
  readonly code = 'HTTP_RESPONSE'
}

/** The server cannot listen there; `cause` is the system's error. */
export class HttpListenError extends FasterApiError {
  readonly code = 'HTTP_LISTEN'
  /** `host:port`, or the path of a Unix socket. */
  readonly address: string

  constructor(address: string, cause: unknown) {
    super(`Cannot listen on ${address}: ${reasonOf(cause)}`, { cause })
    this.address = address
  }
}

/** The body of a request is being read in pieces by somebody else, or has been. */
export class HttpBodyUsedError extends FasterApiError {
  readonly code = 'HTTP_BODY_USED'

  constructor() {
    super('The body is read in pieces already; only one can do that')
  }
}

/** A part was read after the next one was asked for, or in two places at once. */
export class MultipartStateError extends FasterApiError {
  readonly code = 'HTTP_MULTIPART_STATE'
}
