import { Buffer } from 'node:buffer'
import { HttpParseError } from '../errors.ts'
import { INCOMPLETE } from '../h1/bytes.ts'
import { parseHead } from '../h1/head-parser.ts'
import { type HeadLimits, RequestHead } from '../h1/request-head.ts'
import { HttpRequest, type RequestOrigin } from '../message/request.ts'
import type { RequestBody } from '../message/request-body.ts'

/** Filled anew for each head. */
const head = new RequestHead()

/** What HTTP/2 says of a request before its fields. */
interface PseudoFields {
  readonly method: string
  readonly path: string
  readonly authority: string | undefined
  /** Of an extended CONNECT: what its stream is to speak. */
  readonly protocol: string | undefined
  /** The other fields, as lines. */
  readonly lines: string
}

/**
 * Makes the request of an HTTP/2 header block.
 *
 * The block is written as a head of HTTP/1.1 and read by the parser for those: what that one
 * refuses is refused here, too, and a handler can rely on the same. An extended CONNECT becomes the
 * GET with an `Upgrade` that it stands for.
 *
 * @param fields - names and values by turns, as `node:http2` gives them
 * @param bodyOf - makes the body from its declared length; undefined if the block ends the stream
 * @throws {HttpParseError}
 */
export function createHttp2Request(
  origin: RequestOrigin,
  fields: readonly string[],
  bodyOf: ((declaredLength: number) => RequestBody) | undefined,
  limits: HeadLimits,
): HttpRequest {
  const { method, path, authority, protocol, lines } = readFields(fields)
  const host = authority === undefined ? '' : `host: ${authority}\r\n`
  const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\n${host}${lines}\r\n`, 'latin1')
  if (parseHead(bytes, 0, bytes.length, limits, head, undefined) === INCOMPLETE) {
    throw new HttpParseError('HTTP_FIELD_VALUE', 400, 'Invalid header')
  }
  if (head.framing.hasTransferEncoding) {
    throw new HttpParseError('HTTP_FRAMING', 400, 'HTTP/2 has no Transfer-Encoding header')
  }
  // HTTP/2 has one form of target, and CONNECT, which is for proxies: RFC 9113, 8.3.1.
  if (head.authorityEnd > 0) throw new HttpParseError('HTTP_TARGET', 400, 'Invalid :path')
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  const { pathStart, pathEnd, queryStart, targetEnd, framing } = head
  if (protocol !== undefined && framing.contentLength !== -1) {
    throw new HttpParseError('HTTP_FRAMING', 400, 'CONNECT has no content')
  }
  const body = protocol === undefined ? bodyOf?.(framing.contentLength) : undefined
  const request = new HttpRequest(
    origin,
    method,
    text(pathStart, pathEnd),
    queryStart === -1 ? undefined : text(queryStart, targetEnd),
    undefined,
    text(head.fieldsStart, bytes.length - 2),
    2,
    true,
    framing.expectsContinue && body !== undefined,
    body,
  )
  body?.attach(request)
  return request
}

/** Cookies may come one by one, and count as one field: RFC 9113, 8.2.3. */
function readFields(fields: readonly string[]): PseudoFields {
  const pseudo = new Map<string, string>()
  const cookies: string[] = []
  let lines = ''
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!]
    if (name.startsWith(':')) pseudo.set(name, value)
    else if (name === 'cookie') cookies.push(value)
    // Connections are not HTTP/2's matter: RFC 9113, 8.2.2.
    else if (name === 'connection' || name === 'upgrade') throw misplaced(name)
    // The authority counts; a host beside it must not say anything else.
    else if (name === 'host' && pseudo.has(':authority')) assertSameHost(pseudo, value)
    else lines += `${name}: ${value}\r\n`
  }
  if (cookies.length > 0) lines += `cookie: ${cookies.join('; ')}\r\n`
  const [method, path] = [pseudo.get(':method'), pseudo.get(':path')]
  const [authority, protocol] = [pseudo.get(':authority'), pseudo.get(':protocol')]
  const isConnect = method === 'CONNECT'
  if (method === undefined || path === undefined || isConnect !== (protocol !== undefined)) {
    throw new HttpParseError('HTTP_TARGET', 400, 'A request needs :method and :path')
  }
  if (protocol === undefined) return { method, path, authority, protocol, lines }
  // RFC 8441, 4: the authority is that of a request, not that of a proxy's target.
  lines += `connection: upgrade\r\nupgrade: ${protocol}\r\n`
  return { method: 'GET', path, authority, protocol, lines }
}

/**
 * @returns what the stream of an extended CONNECT is to speak
 * @see RFC 8441, section 4
 */
export function tunnelProtocol(fields: readonly string[]): string | undefined {
  for (let at = 0; fields[at]?.startsWith(':') === true; at += 2) {
    if (fields[at] === ':protocol') return fields[at + 1]
  }
  return undefined
}

function misplaced(name: string): HttpParseError {
  return new HttpParseError('HTTP_FIELD_NAME', 400, `HTTP/2 has no ${name} header`)
}

function assertSameHost(pseudo: ReadonlyMap<string, string>, host: string): void {
  if (pseudo.get(':authority')?.toLowerCase() !== host.toLowerCase()) {
    throw new HttpParseError('HTTP_HOST', 400, 'Host and :authority differ')
  }
}
