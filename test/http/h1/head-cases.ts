/** One request head and what a strict parser has to say about it. */
export interface HeadCase {
  readonly name: string
  readonly input: string
  /** 200 if it is a request, else the status of the refusal. */
  readonly status: number
}

/** The usual rest of a request behind its request line. */
const REST = 'Host: a\r\n\r\n'
/** A valid request with more header lines. */
const withFields = (fields: string): string => `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`
const withLine = (line: string): string => `${line}\r\n${REST}`
const withHost = (host: string): string => `GET / HTTP/1.1\r\nHost:${host}\r\n\r\n`
const post = (fields: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

type Row = readonly [name: string, input: string, status: number]

const REQUEST_LINES: readonly Row[] = [
  ['a plain GET', withLine('GET / HTTP/1.1'), 200],
  ['a path with a query', withLine('GET /a/b?c=d&e HTTP/1.1'), 200],
  ['an empty query', withLine('GET /? HTTP/1.1'), 200],
  ['a query with question marks and slashes', withLine('GET /?a?b/c\\ HTTP/1.1'), 200],
  ['percent-encoding, left alone', withLine('GET /%2F%00%zz HTTP/1.1'), 200],
  ['pipes, carets and braces, as browsers send them', withLine('GET /a|b^c{d} HTTP/1.1'), 200],
  ['a method of its own', withLine('PURGE / HTTP/1.1'), 200],
  ['a method in lower case, which is another method', withLine('get / HTTP/1.1'), 200],
  ['a method with every token byte', withLine("!#$%&'*+-.^_`|~09azAZ / HTTP/1.1"), 200],
  ['one empty line in front', `\r\n${withLine('GET / HTTP/1.1')}`, 200],
  ['HTTP/1.0 with Host', withLine('GET / HTTP/1.0'), 200],
  ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', 200],
  ['OPTIONS *', withLine('OPTIONS * HTTP/1.1'), 200],
  ['an absolute target', withLine('GET http://a/b?c HTTP/1.1'), 200],
  ['an absolute target of another case', withLine('GET HTTP://A/ HTTP/1.1'), 200],
  ['an absolute target without a path', withLine('GET http://a HTTP/1.1'), 200],
  ['an absolute https target', withLine('GET https://a/ HTTP/1.1'), 200],
  ['two empty lines in front', `\r\n\r\n${withLine('GET / HTTP/1.1')}`, 400],
  ['a bare LF in front', `\n${withLine('GET / HTTP/1.1')}`, 400],
  ['a bare CR in front', `\r${withLine('GET / HTTP/1.1')}`, 400],
  ['a space in front', withLine(' GET / HTTP/1.1'), 400],
  ['no method', withLine('/ HTTP/1.1'), 400],
  ['a method with a colon', withLine('GE:T / HTTP/1.1'), 400],
  ['a NUL in the method', withLine('G\0T / HTTP/1.1'), 400],
  ['a tab behind the method', withLine('GET\t/ HTTP/1.1'), 400],
  ['two spaces behind the method', withLine('GET  / HTTP/1.1'), 400],
  ['two spaces in front of the version', withLine('GET /  HTTP/1.1'), 400],
  ['a space behind the version', withLine('GET / HTTP/1.1 '), 400],
  ['HTTP/0.9', 'GET /\r\n', 400],
  ['HTTP/0.9 with a space', 'GET / \r\n', 400],
  ['no version', withLine('GET / '), 400],
  ['another protocol', withLine('GET / ICAP/1.1'), 400],
  ['a version in lower case', withLine('GET / http/1.1'), 400],
  ['HTTP/1', withLine('GET / HTTP/1'), 400],
  ['HTTP/1.', withLine('GET / HTTP/1.'), 400],
  ['HTTP/11.1', withLine('GET / HTTP/11.1'), 400],
  ['HTTP/1.10', withLine('GET / HTTP/1.10'), 400],
  ['HTTP/2.0', withLine('GET / HTTP/2.0'), 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['HTTP/2.0 and a space', withLine('GET / HTTP/2.0 '), 400],
  ['HTTP/1.2', withLine('GET / HTTP/1.2'), 505],
  ['HTTP/0.9 spelled out', withLine('GET / HTTP/0.9'), 505],
  ['a fragment', withLine('GET /#a HTTP/1.1'), 400],
  ['a backslash in the path', withLine('GET /a\\b HTTP/1.1'), 400],
  ['a quote in the path', withLine('GET /" HTTP/1.1'), 400],
  ['an angle bracket in the query', withLine('GET /?<a> HTTP/1.1'), 400],
  ['a NUL in the path', withLine('GET /\0 HTTP/1.1'), 400],
  ['DEL in the path', withLine('GET /\x7f HTTP/1.1'), 400],
  ['a byte above 127 in the path', withLine('GET /\xe9 HTTP/1.1'), 400],
  ['a byte above 127 in the query', withLine('GET /?\xe9 HTTP/1.1'), 400],
  ['a target without a slash', withLine('GET a HTTP/1.1'), 400],
  ['a target with a scheme of its own', withLine('GET ftp://a/ HTTP/1.1'), 400],
  ['CONNECT', withLine('CONNECT a:443 HTTP/1.1'), 400],
  ['* for GET', withLine('GET * HTTP/1.1'), 400],
  ['more behind the *', withLine('OPTIONS *a HTTP/1.1'), 400],
  ['an absolute target of another host', withLine('GET http://b/ HTTP/1.1'), 400],
  ['an absolute target with a port Host lacks', withLine('GET http://a:80/ HTTP/1.1'), 400],
  ['an absolute target with a user', withLine('GET http://u@a/ HTTP/1.1'), 400],
  ['an absolute target without a host', withLine('GET http:///a HTTP/1.1'), 400],
  ['a bare LF behind the request line', `GET / HTTP/1.1\n${REST}`, 400],
  ['a bare CR behind the request line', `GET / HTTP/1.1\r${REST}`, 400],
  ['CR CR LF behind the request line', `GET / HTTP/1.1\r\r\n${REST}`, 400],
]

const FIELDS: readonly Row[] = [
  ['a field', withFields('X-A: b\r\n'), 200],
  ['a field without a blank', withFields('X-A:b\r\n'), 200],
  ['blanks and tabs around a value', withFields('X-A: \t b \t\r\n'), 200],
  ['an empty value', withFields('X-A:\r\n'), 200],
  ['a value of blanks', withFields('X-A:   \r\n'), 200],
  ['bytes above 127 in a value', withFields('X-A: \xe9\xff\r\n'), 200],
  ['a colon in a value', withFields('X-A: b:c\r\n'), 200],
  ['a name with every token byte', withFields("!#$%&'*+-.^_`|~09azAZ: b\r\n"), 200],
  ['a repeated field', withFields('X-A: b\r\nX-A: c\r\n'), 200],
  ['obs-fold with a space', withFields('X-A: b\r\n c\r\n'), 400],
  ['obs-fold with a tab', withFields('X-A: b\r\n\tc\r\n'), 400],
  ['a space before the first field', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 400],
  ['a space before the colon', withFields('X-A : b\r\n'), 400],
  ['a tab before the colon', withFields('X-A\t: b\r\n'), 400],
  ['no colon', withFields('X-A\r\n'), 400],
  ['no name', withFields(': b\r\n'), 400],
  ['a space in a name', withFields('X A: b\r\n'), 400],
  ['a NUL in a name', withFields('X\0A: b\r\n'), 400],
  ['a byte above 127 in a name', withFields('X\xe9: b\r\n'), 400],
  ['a parenthesis in a name', withFields('X(A): b\r\n'), 400],
  ['a NUL in a value', withFields('X-A: b\0c\r\n'), 400],
  ['a bare CR in a value', withFields('X-A: b\rc\r\n'), 400],
  ['a bare LF behind a field', withFields('X-A: b\n'), 400],
  ['a vertical tab in a value', withFields('X-A: b\x0bc\r\n'), 400],
  ['DEL in a value', withFields('X-A: b\x7f\r\n'), 400],
  ['ESC in a value', withFields('X-A: \x1b[0m\r\n'), 400],
  ['a bare LF as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\n', 400],
  ['CR without LF as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\rX', 400],
]

const HOSTS: readonly Row[] = [
  ['a name', withHost(' example.org'), 200],
  ['a name with a port', withHost(' example.org:8080'), 200],
  ['a name with an empty port', withHost(' example.org:'), 200],
  ['an address', withHost(' 127.0.0.1:80'), 200],
  ['an IPv6 address', withHost(' [::1]'), 200],
  ['an IPv6 address with a port', withHost(' [::1]:80'), 200],
  ['an empty Host', withHost(''), 200],
  ['an underscore', withHost(' a_b'), 200],
  ['percent-encoding and sub-delimiters', withHost(" a%20!$&'()*+;=~"), 200],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', withFields('Host: a\r\n'), 400],
  ['two Hosts of different case', withFields('hOsT: b\r\n'), 400],
  ['a space within', withHost(' a b'), 400],
  ['a comma', withHost(' a,b'), 400],
  ['a slash', withHost(' a/b'), 400],
  ['a user', withHost(' u@a'), 400],
  ['a question mark', withHost(' a?b'), 400],
  ['a port that is no number', withHost(' a:8x'), 400],
  ['two ports', withHost(' a:80:80'), 400],
  ['a negative port', withHost(' a:-1'), 400],
  ['an unclosed bracket', withHost(' [::1'), 400],
  ['text behind a bracket', withHost(' [::1]a'), 400],
  ['a byte above 127', withHost(' \xe9'), 400],
  ['a long unusual host', withHost(` ${'~'.repeat(400)}`), 200],
]

const FRAMING: readonly Row[] = [
  ['a length', post('Content-Length: 3\r\n'), 200],
  ['a length of 0', post('Content-Length: 0\r\n'), 200],
  ['a length with leading zeros', post('Content-Length: 003\r\n'), 200],
  ['the chunked coding', post('Transfer-Encoding: chunked\r\n'), 200],
  ['the chunked coding in another case', post('TRANSFER-ENCODING: Chunked\r\n'), 200],
  ['an expectation', post('Content-Length: 3\r\nExpect: 100-Continue\r\n'), 200],
  ['a list of connection options', withFields('Connection: keep-alive, upgrade,,te\r\n'), 200],
  ['no length', post('Content-Length:\r\n'), 400],
  ['a negative length', post('Content-Length: -1\r\n'), 400],
  ['a length with a plus', post('Content-Length: +1\r\n'), 400],
  ['a hexadecimal length', post('Content-Length: 0x1\r\n'), 400],
  ['a fraction', post('Content-Length: 1.0\r\n'), 400],
  ['an exponent', post('Content-Length: 1e1\r\n'), 400],
  ['a length with a blank within', post('Content-Length: 1 0\r\n'), 400],
  ['a list of equal lengths', post('Content-Length: 3, 3\r\n'), 400],
  ['two equal lengths', post('Content-Length: 3\r\nContent-Length: 3\r\n'), 400],
  ['two different lengths', post('Content-Length: 3\r\nContent-Length: 4\r\n'), 400],
  ['an overflowing length', post('Content-Length: 18446744073709551617\r\n'), 400],
  ['a length beyond exact numbers', post('Content-Length: 9007199254740993\r\n'), 400],
  ['both framings', post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'), 400],
  [
    'both framings, other way round',
    post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'),
    400,
  ],
  ['chunked twice in a list', post('Transfer-Encoding: chunked, chunked\r\n'), 400],
  [
    'chunked in two fields',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
    400,
  ],
  ['chunked, then something else', post('Transfer-Encoding: chunked, gzip\r\n'), 400],
  ['chunked with a parameter', post('Transfer-Encoding: chunked;a=b\r\n'), 400],
  ['chunked in quotes', post('Transfer-Encoding: "chunked"\r\n'), 400],
  ['an empty coding', post('Transfer-Encoding:\r\n'), 400],
  ['an empty element in front', post('Transfer-Encoding: ,chunked\r\n'), 400],
  ['an empty element behind', post('Transfer-Encoding: chunked,\r\n'), 400],
  ['the identity coding', post('Transfer-Encoding: identity\r\n'), 400],
  ['chunked with a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n'), 400],
  ['the chunked coding in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['gzip, then chunked', post('Transfer-Encoding: gzip, chunked\r\n'), 501],
  ['an unknown coding', post('Transfer-Encoding: xchunked\r\n'), 501],
  ['another expectation', post('Content-Length: 3\r\nExpect: tea\r\n'), 417],
  ['a connection option that is no token', withFields('Connection: "close"\r\n'), 400],
]

const LIMITS: readonly Row[] = [
  ['a request line at the limit', withLine(`GET /${'a'.repeat(240)} HTTP/1.1`), 200],
  ['a request line beyond the limit', withLine(`GET /${'a'.repeat(300)} HTTP/1.1`), 414],
  ['a header beyond the limit', withFields(`X-A: ${'b'.repeat(600)}\r\n`), 431],
  ['many short header lines', withFields('a:b\r\n'.repeat(20)), 431],
]

/** Limits under which {@link HEAD_CASES} hold. */
export const CASE_LIMITS = { maxRequestLineBytes: 256, maxHeaderBytes: 512, maxHeaderCount: 16 }

function named(group: string, rows: readonly Row[]): HeadCase[] {
  return rows.map(([name, input, status]) => ({ name: `${group}: ${name}`, input, status }))
}

export const HEAD_CASES: readonly HeadCase[] = [
  ...named('request line', REQUEST_LINES),
  ...named('field', FIELDS),
  ...named('Host', HOSTS),
  ...named('framing', FRAMING),
  ...named('limit', LIMITS),
]
