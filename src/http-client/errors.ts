import { registerErrorClasses } from '../core/error-classes.ts'
import { FlowError } from '../core/errors.ts'

/** Why a call did not come to a usable response. */
export type HttpClientErrorCode =
  | 'HTTP_CLIENT_BODY'
  | 'HTTP_CLIENT_BODY_USED'
  | 'HTTP_CLIENT_CONNECT'
  | 'HTTP_CLIENT_CONNECTION'
  | 'HTTP_CLIENT_LIMIT'
  | 'HTTP_CLIENT_PROTOCOL'
  | 'HTTP_CLIENT_REDIRECT'
  | 'HTTP_CLIENT_REQUEST'
  | 'HTTP_CLIENT_SCHEMA'
  | 'HTTP_CLIENT_STATUS'
  | 'HTTP_CLIENT_TIMEOUT'

/** Which time limit has passed. */
export type TimeoutPhase = 'connect' | 'headers' | 'body' | 'attempt' | 'total'

/** Whose failure it is. */
export interface ErrorSubject {
  readonly method: string
  /** Without user name, password and fragment. */
  readonly url: string
}

interface ErrorDetails extends ErrorOptions {
  readonly status?: number
  readonly bodyExcerpt?: string
  readonly phase?: TimeoutPhase
  readonly issues?: readonly unknown[]
}

/**
 * A call to another service has failed; `code` says how, `method` and `url` say where.
 *
 * It has no status that an app would answer with: that another service has failed is a 500 to one's own
 * clients unless the handler says otherwise.
 */
export class HttpClientError extends FlowError {
  readonly code: HttpClientErrorCode
  readonly method: string
  /** Without user name, password and fragment. */
  readonly url: string
  /** The status of the response, if there was one. */
  readonly status: number | undefined
  /** The beginning of the response's body, with `HTTP_CLIENT_STATUS` and `HTTP_CLIENT_BODY`. */
  readonly bodyExcerpt: string | undefined
  /** Which limit has passed, with `HTTP_CLIENT_TIMEOUT`. */
  readonly phase: TimeoutPhase | undefined
  /** What the schema found, with `HTTP_CLIENT_SCHEMA`. */
  readonly issues: readonly unknown[] | undefined

  /** @internal */
  constructor(
    code: HttpClientErrorCode,
    subject: ErrorSubject,
    what: string,
    details: ErrorDetails = {},
  ) {
    super(
      `${subject.method} ${subject.url}: ${what}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.code = code
    this.method = subject.method
    this.url = subject.url
    this.status = details.status
    this.bodyExcerpt = details.bodyExcerpt
    this.phase = details.phase
    this.issues = details.issues
  }
}

/** The error of a time limit. */
export function timeoutError(
  subject: ErrorSubject,
  phase: TimeoutPhase,
  timeoutMs: number,
  cause?: unknown,
): HttpClientError {
  const missed = {
    connect: 'no connection',
    headers: 'no response',
    body: 'no more of the response',
    attempt: 'no response to an attempt',
    total: 'not done',
  }[phase]
  return new HttpClientError(
    'HTTP_CLIENT_TIMEOUT',
    subject,
    `${missed} within ${Math.round(timeoutMs)} ms`,
    {
      phase,
      cause,
    },
  )
}

registerErrorClasses(HttpClientError)
