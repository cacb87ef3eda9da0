import { HttpResponseError } from '../../errors.ts'
import { fieldLine, fieldLines } from '../../message/field-text.ts'
import type { HttpRequest } from '../../message/request.ts'
import type { UpgradeResponse } from '../../message/upgrade-response.ts'

/**
 * The head that switches protocols.
 *
 * @throws {HttpResponseError} if the request does not allow it, or a header could split the response
 * @see RFC 9110, 15.2.2
 */
export function switchingHead(request: HttpRequest, response: UpgradeResponse): string {
  const { protocol, headers } = response
  const wanted = request.header('upgrade')
  if (request.minorVersion === 0 || !hasToken(request.header('connection'), 'upgrade')) {
    throw new HttpResponseError('The client has not asked for another protocol')
  }
  if (!hasToken(wanted, protocol)) {
    throw new HttpResponseError(`The client has asked for ${wanted ?? 'nothing'}, not ${protocol}`)
  }
  if (request.body?.isComplete === false) {
    throw new HttpResponseError('The protocol cannot change before the whole body has arrived')
  }
  const upgrade = fieldLine('upgrade', protocol)
  const fields = headers === undefined ? '' : fieldLines(headers, undefined, true)
  return `HTTP/1.1 101 Switching Protocols\r\n${upgrade}connection: Upgrade\r\n${fields}\r\n`
}

/** Whether a comma-separated list holds a token, in any case. */
function hasToken(list: string | undefined, token: string): boolean {
  const wanted = token.toLowerCase()
  return list?.split(',').some((each) => each.trim().toLowerCase() === wanted) === true
}
