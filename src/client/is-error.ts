import type { BodyOfStatus, KnownStatus } from './answers.ts'
import type { Endpoint } from './client-types.ts'
import { ClientError } from './errors.ts'

/**
 * Tells whether a call of an endpoint failed with a status, and knows the body then:
 * `if (isError(api.users.read, error, 404)) error.body.detail`.
 *
 * @param endpoint - what was called: its type says what the body is
 */
export function isError<Out, Status extends KnownStatus<Out>>(
  _endpoint: Endpoint<never, Out>,
  error: unknown,
  status: Status,
): error is ClientError<Status, BodyOfStatus<Out, Status>> {
  return error instanceof ClientError && error.status === status
}
