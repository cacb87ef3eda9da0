import { METHODS } from 'node:http'
import type { Observation } from './observe.ts'

/** The first request that only one of two servers has seen, or that they have read differently. */
export interface Difference {
  readonly ours: Observation
  readonly theirs: Observation
  /** Number of requests before it that both have seen alike. */
  readonly at: number
}

/** Why our server and llhttp, as `node:http` uses it, disagree on some inputs. */
export interface DifferenceRule {
  /** What the input has, as a noun. */
  readonly what: string
  readonly ours: string
  readonly llhttp: string
  readonly why: string
  /** An input both disagree on by this rule. */
  readonly example: string
  explains(difference: Difference): boolean
}

const HOST = 'Host: a\r\n'
const CHUNKED = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`
const NEXT = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'

/** We refuse what llhttp takes, and our refusal says why: the safe direction. */
function refused(
  what: string,
  status: number,
  detail: string,
  why: string,
  example: string,
): DifferenceRule {
  return {
    what,
    ours: String(status),
    llhttp: 'taken',
    why,
    example,
    explains: ({ ours, at }) => ours.requests.length === at && ours.refusal === detail,
  }
}

const REFUSED: readonly DifferenceRule[] = [
  refused(
    'bytes in a target that no URI has (`"`, `<`, `>`, `#`, `\\` in a path, above 127), or no version behind it',
    400,
    'Invalid byte in the request target',
    'RFC 3986, 3.3; RFC 9112, 3.2: a target that is not valid is not to be guessed at; HTTP/0.9 is no longer spoken',
    `GET /#a HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a target that is neither a path nor an http(s) URL',
    400,
    'The request target is neither a path nor an http URL',
    'RFC 9112, 3.2: an origin server has no use for other schemes',
    `GET ftp://a/ HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a user, or another byte no host has, in the authority of a URL target',
    400,
    'Invalid byte in the host of the request target',
    'RFC 9110, 4.2.4: userinfo in an http URL is an error, and hides the host it goes to',
    `GET http://u@a/ HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a URL target without a host',
    400,
    'The request target has no host',
    'RFC 9110, 4.2.1: an http URL with an empty host is invalid',
    `GET http:///a HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a URL target whose authority is not what `Host` says',
    400,
    'The Host header differs from the request target',
    'RFC 9112, 3.2.2: a proxy in front may have routed by the other of the two',
    `GET http://b/ HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'the target `*` with another method than OPTIONS',
    400,
    'The target * is for OPTIONS only',
    'RFC 9112, 3.2.4',
    `GET * HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'HTTP versions 0.9 and 2.0 in the request line',
    505,
    'This server speaks HTTP/1.0 and HTTP/1.1',
    'RFC 9110, 15.6.6',
    `GET / HTTP/2.0\r\n${HOST}\r\n`,
  ),
  refused(
    'more than one space in front of the version',
    400,
    'Invalid HTTP version',
    'RFC 9112, 3: a single SP; parsers that split at blanks see another target',
    `GET /  HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a bare CR in front of a request',
    400,
    'A CR must be followed by LF',
    'RFC 9112, 2.2: what may be skipped is an empty line, CRLF',
    `\rGET / HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'a bare LF, or a second empty line, in front of a request; a second blank behind the method',
    400,
    'Invalid method',
    'RFC 9112, 2.2: a server should ignore one empty line; more have no sender',
    `\nGET / HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'no `Host` in HTTP/1.1',
    400,
    'No Host header',
    'RFC 9112, 3.2; `node:http` answers 400, too, but reads on behind it',
    `GET / HTTP/1.1\r\n\r\n${NEXT}`,
  ),
  refused(
    'more than one `Host`',
    400,
    'More than one Host header',
    'RFC 9112, 3.2: 400; which one counts differs from server to server',
    `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`,
  ),
  refused(
    'a `Host` that is no host: a list, a user, a path, blanks, two ports, bytes above 127',
    400,
    'Invalid Host header',
    'RFC 9112, 3.2: 400 for an invalid field value',
    'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n',
  ),
  refused(
    'a `Connection` that is no list of tokens',
    400,
    'Invalid Connection header',
    'RFC 9110, 7.6.1: whether the connection stays would be a guess',
    `GET / HTTP/1.1\r\n${HOST}Connection: "close"\r\n\r\n`,
  ),
  refused(
    '`Expect` with anything but `100-continue`',
    417,
    'The only expectation met is 100-continue',
    'RFC 9110, 10.1.1; `node:http` answers 417, too, but reads on behind it',
    `GET / HTTP/1.1\r\n${HOST}Expect: tea\r\n\r\n${NEXT}`,
  ),
  refused(
    '`Transfer-Encoding` in HTTP/1.0',
    400,
    'Transfer-Encoding in an HTTP/1.0 request',
    'RFC 9112, 6.1: its framing is faulty, as somebody before us did not know the field',
    `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  refused(
    'another transfer coding before `chunked`',
    501,
    'The only transfer coding understood is chunked',
    'RFC 9112, 6.1: 501; llhttp hands the body on, still coded',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  ),
  refused(
    'an empty element or a parameter in `Transfer-Encoding`',
    400,
    'Invalid Transfer-Encoding header',
    'RFC 9112, 6.1 and 7: chunked has no parameters; variants of the one word are how bodies are smuggled',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n`,
  ),
  refused(
    'a second `Transfer-Encoding` behind one with a tab at its end',
    400,
    'More than one Transfer-Encoding header',
    'RFC 9112, 6.1: two fields are a list, and chunked may stand in it once',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  refused(
    'a chunk size of more than eight digits',
    400,
    'The size of a chunk is too big',
    'RFC 9112, 7.1: overflows are to be prevented; eight digits are 4 GiB',
    `${CHUNKED}000000003\r\nabc\r\n0\r\n\r\n`,
  ),
  refused(
    'a chunk extension without a name, or with `=` and no value',
    400,
    'Invalid chunk extension',
    'RFC 9112, 7.1.1',
    `${CHUNKED}3;a=\r\nabc\r\n0\r\n\r\n`,
  ),
  refused(
    '`Host` as a trailer',
    400,
    'The trailer section must not have host',
    'RFC 9110, 6.5.1: fields for routing are no trailers',
    `${CHUNKED}0\r\nHost: b\r\n\r\n`,
  ),
]

const DECIDED_OTHERWISE: readonly DifferenceRule[] = [
  {
    what: '`close` and `keep-alive` in one `Connection`, in HTTP/1.0',
    ours: 'closes',
    llhttp: 'keeps alive',
    why: 'RFC 9112, 9.3: close comes first',
    example: `GET / HTTP/1.0\r\n${HOST}Connection: close, keep-alive\r\n\r\n${NEXT}`,
    explains: ({ ours, at }) =>
      ours.requests.length === at &&
      ours.refusal === undefined &&
      /^connection: .*\bclose\b/im.test(ours.requests[at - 1] ?? ''),
  },
  {
    what: 'a method that `node:http` does not know',
    ours: 'taken; the router says 405',
    llhttp: '400',
    why: 'RFC 9110, 9.1: methods are an open set',
    example: `BREW / HTTP/1.1\r\n${HOST}\r\n`,
    explains: ({ ours, theirs, at }) =>
      theirs.requests.length === at && !METHODS.includes(methodOf(ours.requests[at])),
  },
  {
    what: 'a tab behind the value of `Transfer-Encoding`',
    ours: 'taken',
    llhttp: '400',
    why: 'RFC 9112, 5.1: blanks around a value are no part of it',
    example: `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n`,
    explains: ({ ours, theirs, at }) =>
      theirs.requests.length === at &&
      theirs.refusal === 'HPE_INVALID_TRANSFER_ENCODING' &&
      /^transfer-encoding: chunked$/im.test(ours.requests[at] ?? ''),
  },
  {
    what: 'what follows the head of a request that asks for an upgrade nobody grants',
    ours: 'its body, and the next request',
    llhttp: 'dropped without an answer',
    why: 'RFC 9110, 7.8: a server may ignore Upgrade, and then goes on in HTTP/1.1',
    example: `GET / HTTP/1.1\r\n${HOST}Connection: upgrade\r\nUpgrade: x\r\n\r\n${NEXT}`,
    explains: ({ theirs }) =>
      theirs.refusal === undefined && asksForUpgrade(theirs.requests.at(-1)),
  },
]

/** Every difference there is: an input that none of these explains is a bug of ours or theirs. */
export const DIFFERENCE_RULES: readonly DifferenceRule[] = [...REFUSED, ...DECIDED_OTHERWISE]

function asksForUpgrade(request = ''): boolean {
  return /^connection: .*upgrade/im.test(request) && /^upgrade: /m.test(request)
}

function methodOf(request: string | undefined): string {
  return request?.slice(0, request.indexOf(' ')) ?? ''
}

/** @returns undefined if both have seen the same requests */
export function differenceBetween(ours: Observation, theirs: Observation): Difference | undefined {
  const count = Math.max(ours.requests.length, theirs.requests.length)
  for (let at = 0; at < count; at++) {
    if (ours.requests[at] !== theirs.requests[at]) return { ours, theirs, at }
  }
  return undefined
}
