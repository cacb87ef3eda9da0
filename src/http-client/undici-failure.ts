import { ClosedError } from '../core/errors.ts'
import { type ErrorSubject, HttpClientError, timeoutError } from './errors.ts'

/** The words of ours for a failure of the connection. */
export function connectionFailure(
  error: unknown,
  subject: ErrorSubject,
  isSent: boolean,
  connectTimeoutMs: number,
): unknown {
  const code = codeOf(error)
  const cause = { cause: error }
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return timeoutError(subject, 'connect', connectTimeoutMs, error)
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
      return new ClosedError('The HTTP client')
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return new HttpClientError(
        'HTTP_CLIENT_REQUEST',
        subject,
        `cannot be sent (${textOf(error)})`,
        cause,
      )
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new HttpClientError(
        'HTTP_CLIENT_LIMIT',
        subject,
        'the response has too many headers',
        cause,
      )
  }
  // Some of the parser's errors have no code.
  if (code.startsWith('HPE_') || (error as Error).name === 'HTTPParserError') {
    const what = `the response is malformed (${textOf(error)})`
    return new HttpClientError('HTTP_CLIENT_PROTOCOL', subject, what, cause)
  }
  return isSent
    ? new HttpClientError(
        'HTTP_CLIENT_CONNECTION',
        subject,
        `the connection was lost (${textOf(error)})`,
        cause,
      )
    : new HttpClientError('HTTP_CLIENT_CONNECT', subject, `no connection (${textOf(error)})`, cause)
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** Node's error for several addresses that failed has no message of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return textOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
