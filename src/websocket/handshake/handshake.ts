import { createHash } from 'node:crypto'
import { HttpError } from '../../http/index.ts'
import { type ExtensionOffer, parseExtensionOffers } from '../deflate/extension-offers.ts'
import type { WebSocketSettings } from '../options.ts'
import { isOriginAllowed } from './origin.ts'
import type { HandshakeRequest } from './request.ts'

/** What a valid handshake says. */
export interface Handshake {
  /** Proves to the client that this is a WebSocket server; over HTTP/2 the settings have done so. */
  readonly accept: string | undefined
  /** The subprotocol to speak, if one was agreed on. */
  readonly subprotocol: string | undefined
  readonly extensions: readonly ExtensionOffer[]
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** Sixteen bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/
const TOKEN_LIST = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:[ \t]*,[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+)*$/

/**
 * Checks what a client asks for.
 *
 * @throws {HttpError} 426 if it is no WebSocket request, or one of another version; 403 for the wrong
 * origin; 405, and 400 for anything malformed
 * @see RFC 6455, 4.2.1; RFC 8441, section 5, whose extended CONNECT comes as the GET it stands for
 */
export function readHandshake(request: HandshakeRequest, settings: WebSocketSettings): Handshake {
  if (request.method !== 'GET') {
    throw new HttpError(405, 'A WebSocket is opened with GET', { allow: 'GET' })
  }
  const asks =
    hasToken(request.header('upgrade'), 'websocket') &&
    hasToken(request.header('connection'), 'upgrade')
  if (!asks) throw upgradeRequired('This path speaks WebSocket')
  if (request.httpVersion === '1.0') throw new HttpError(400, 'A WebSocket needs HTTP/1.1')
  if (request.hasBody) throw new HttpError(400, 'A WebSocket request has no body')
  const version = request.header('sec-websocket-version')
  if (version === undefined) throw new HttpError(400, 'Sec-WebSocket-Version is missing')
  if (version !== '13') throw upgradeRequired('The WebSocket version must be 13')
  const accept = request.httpVersion === '2' ? undefined : acceptOf(readKey(request))
  if (!isOriginAllowed(request, settings.origins)) {
    throw new HttpError(403, 'This origin may not open a WebSocket here')
  }
  return {
    accept,
    subprotocol: chooseSubprotocol(request, settings.subprotocols),
    extensions: readExtensions(request),
  }
}

function readKey(request: HandshakeRequest): string {
  const key = request.header('sec-websocket-key')
  if (key === undefined || !KEY.test(key)) {
    throw new HttpError(400, 'Sec-WebSocket-Key is not 16 bytes in base64')
  }
  return key
}

/** @see RFC 6455, 4.2.2, step 5.4 */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${GUID}`).digest('base64')
}

/** The first of ours that the client offers. Without one there is none, and the client may give up. */
function chooseSubprotocol(request: HandshakeRequest, ours: readonly string[]): string | undefined {
  const header = request.header('sec-websocket-protocol')
  if (header === undefined) return undefined
  const offered = header.split(',').map((name) => name.trim())
  if (!TOKEN_LIST.test(header) || new Set(offered).size < offered.length) {
    throw new HttpError(400, 'Sec-WebSocket-Protocol is malformed')
  }
  return ours.find((name) => offered.includes(name))
}

function readExtensions(request: HandshakeRequest): readonly ExtensionOffer[] {
  const header = request.header('sec-websocket-extensions')
  if (header === undefined) return []
  const offers = parseExtensionOffers(header)
  if (offers === undefined) throw new HttpError(400, 'Sec-WebSocket-Extensions is malformed')
  return offers
}

/** @see RFC 9110, 15.5.22; RFC 6455, 4.4 */
function upgradeRequired(detail: string): HttpError {
  return new HttpError(426, detail, { upgrade: 'websocket', 'sec-websocket-version': '13' })
}

function hasToken(list: string | undefined, token: string): boolean {
  return list?.split(',').some((each) => each.trim().toLowerCase() === token) === true
}
