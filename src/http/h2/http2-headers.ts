import type { OutgoingHttpHeaders } from 'node:http2'
import { HttpResponseError } from '../errors.ts'
import { asksToClose, fieldLines } from '../message/field-text.ts'
import type { HeaderList } from '../message/headers.ts'
import type { HttpResponse } from '../message/response.ts'

/**
 * The header block of a response.
 *
 * @param length - of the body in bytes, or undefined if it is not to be told
 * @throws {HttpResponseError} if the response must not be sent
 */
export function http2Headers(
  { status, contentType, headers = [] }: HttpResponse,
  length: number | undefined,
): OutgoingHttpHeaders {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new HttpResponseError(`A response cannot have the status ${status}`)
  }
  const type: HeaderList = contentType === undefined ? [] : [['content-type', contentType]]
  // The same is refused as in HTTP/1.1.
  fieldLines(headers, contentType)
  fieldLines(type, undefined)
  const block = http2Fields([...type, ...headers])
  if (length !== undefined) block['content-length'] = length
  block[':status'] = status
  return block
}

/** Fields by name; connections are not their matter: RFC 9113, 8.2.2. */
export function http2Fields(fields: HeaderList): OutgoingHttpHeaders {
  const block: Record<string, string | string[] | number> = {}
  for (const [name, value] of fields) {
    const lower = name.toLowerCase()
    if (OF_CONNECTIONS.has(lower)) continue
    const earlier = block[lower]
    if (earlier === undefined) block[lower] = value
    else if (Array.isArray(earlier)) earlier.push(value)
    else block[lower] = SINGLE.has(lower) ? value : [String(earlier), value]
  }
  return block
}

/** What says something of a connection of HTTP/1.1, such as the `upgrade` of a 426. */
const OF_CONNECTIONS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'upgrade'])

/** Fields that `node:http2` wants to see once. */
const SINGLE: ReadonlySet<string> = new Set(['content-type', 'etag', 'last-modified', 'location'])

/** True if a response asks for the connection to end. */
export function endsSession(response: HttpResponse): boolean {
  return response.headers !== undefined && asksToClose(response.headers)
}
