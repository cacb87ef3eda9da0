import type { ServerHttp2Stream } from 'node:http2'
import { HttpResponseError } from '../errors.ts'
import { fieldLines } from '../message/field-text.ts'
import type { UpgradedConnection, UpgradeResponse } from '../message/upgrade-response.ts'
import { http2Fields } from './http2-headers.ts'
import { Http2Tunnel } from './http2-tunnel.ts'

/**
 * Accepts an extended CONNECT, and hands its stream over.
 *
 * @param wanted - the protocol that the client has asked for
 * @param report - told if the new owner fails; the stream is reset then
 * @throws {HttpResponseError} before anything is sent, if the response does not fit the request
 * @see RFC 8441, section 5
 */
export function openTunnel(
  stream: ServerHttp2Stream,
  remoteAddress: string | undefined,
  wanted: string,
  response: UpgradeResponse,
  report: (error: unknown) => void,
): UpgradedConnection {
  const { protocol, headers = [], onTunnel } = response
  if (onTunnel === undefined || wanted.toLowerCase() !== protocol.toLowerCase()) {
    throw new HttpResponseError(`The client has asked for ${wanted} over HTTP/2, not ${protocol}`)
  }
  fieldLines(headers, undefined, true)
  stream.respond({ ...http2Fields(headers), ':status': 200 })
  const tunnel = new Http2Tunnel(stream, remoteAddress)
  const guarded = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      report(error)
      tunnel.destroy()
    }
  }
  let owner: UpgradedConnection | undefined
  guarded(() => {
    owner = onTunnel(tunnel)
  })
  return {
    shutdown: () => guarded(() => owner?.shutdown()),
    destroy: () => guarded(() => owner?.destroy()),
  }
}
