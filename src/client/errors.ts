import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** The server has answered a call, but not with a success. */
export class ClientError<
  out Status extends number = number,
  out Body = unknown,
> extends FasterApiError {
  readonly code = 'CLIENT_STATUS'
  readonly status: Status
  /** As JSON where it says so, else text; `undefined` if there is none. */
  readonly body: Body
  readonly headers: Headers

  /** @internal */
  constructor(what: string, status: Status, body: Body, headers: Headers) {
    super(`${what} answered ${status}${excerpt(body)}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export type ClientCallErrorCode =
  | 'CLIENT_ARGUMENT'
  | 'CLIENT_BODY'
  | 'CLIENT_MANIFEST'
  | 'CLIENT_NETWORK'
  | 'CLIENT_ROUTE'
  | 'CLIENT_SOCKET'

/** A call could not be made, or its answer not be read; `cause` says more. */
export class ClientCallError extends FasterApiError {
  readonly code: ClientCallErrorCode

  /** @internal */
  constructor(code: ClientCallErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const EXCERPT_LENGTH = 300

function excerpt(body: unknown): string {
  if (body === undefined || body === '') return ''
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return `: ${text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}...` : text}`
}

registerErrorClasses(ClientError, ClientCallError)
