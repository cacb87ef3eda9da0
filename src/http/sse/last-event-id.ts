import { Buffer } from 'node:buffer'

/**
 * The id of the last event that a client got before it lost its connection.
 *
 * @param request - whose `last-event-id` is UTF-8, unlike other headers
 * @returns undefined on a first connection
 * @see WHATWG HTML, "The Last-Event-ID header"
 */
export function lastEventIdOf(request: {
  header(name: string): string | undefined
}): string | undefined {
  const value = request.header('last-event-id')
  return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8')
}
