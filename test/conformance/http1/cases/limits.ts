import { chunked, type Family, get, line, post, type Row } from '../case.ts'

/** Small ones, so that the cases are. */
export const CASE_LIMITS = {
  maxRequestLineBytes: 256,
  maxHeaderBytes: 512,
  maxHeaderCount: 16,
  maxBodyBytes: 64,
  maxPipelinedRequests: 2,
} as const

const { maxRequestLineBytes, maxHeaderBytes, maxHeaderCount, maxBodyBytes } = CASE_LIMITS
const NEXT = get('/next')
const HOST_BYTES = 'Host: a\r\n\r\n'.length
const LINE_BYTES = 'GET / HTTP/1.1\r\n'.length
const path = (bytes: number): string => `/${'a'.repeat(bytes - LINE_BYTES)}`
const field = (bytes: number): string => `X: ${'y'.repeat(bytes - HOST_BYTES - 5)}\r\n`
const fields = (count: number): string => 'a:b\r\n'.repeat(count - 1)
const body = (bytes: number): string => 'x'.repeat(bytes)
const sized = (bytes: number, target = '/'): string =>
  post(`Content-Length: ${bytes}\r\n`, body(bytes), target)
const chunks = (bytes: number): string => chunked(`${'1\r\nx\r\n'.repeat(bytes)}0\r\n\r\n`)

const LIMITS: readonly Row[] = [
  [
    'a request line at the limit',
    '9112 3',
    get(path(maxRequestLineBytes)),
    `200 GET ${path(maxRequestLineBytes)}`,
  ],
  ['a request line beyond the limit', '9110 15.5.15', get(path(maxRequestLineBytes + 1)), '414!'],
  ['a request line far beyond the limit', '9110 15.5.15', get(path(5000)), '414!'],
  ['a request line without an end', '9110 15.5.15', `GET ${path(1000)}`, '414!'],
  ['a query without an end', '9110 15.5.15', `GET /?${'a'.repeat(1000)}`, '414!'],
  ['a method without an end', '9112 3', 'A'.repeat(1000), '414!'],
  ['a header at the limit', '6585 5', get('/', field(maxHeaderBytes)), '200 GET /'],
  ['a header beyond the limit', '6585 5', get('/', field(maxHeaderBytes + 1)), '431!'],
  ['a header far beyond the limit', '6585 5', get('/', field(5000)), '431!'],
  ['a header value without an end', '6585 5', `GET / HTTP/1.1\r\nX: ${'y'.repeat(2000)}`, '431!'],
  ['a header name without an end', '6585 5', `GET / HTTP/1.1\r\n${'y'.repeat(2000)}`, '431!'],
  ['as many fields as may be', '6585 5', get('/', fields(maxHeaderCount)), '200 GET /'],
  ['one field more', '6585 5', get('/', fields(maxHeaderCount + 1)), '431!'],
  ['many short fields', '6585 5', get('/', fields(90)), '431!'],
  [
    'a header bomb behind a good request',
    '6585 5',
    NEXT + get('/', field(5000)),
    '200 GET /next',
    '431!',
  ],
  [
    'a body at the limit',
    '9110 15.5.14',
    sized(maxBodyBytes) + NEXT,
    `200 POST / ${body(maxBodyBytes)}`,
    '200 GET /next',
  ],
  [
    'a body beyond the limit',
    '9110 15.5.14',
    sized(maxBodyBytes + 1) + NEXT,
    '413',
    '200 GET /next',
  ],
  [
    'chunks at the limit',
    '9110 15.5.14',
    chunks(maxBodyBytes) + NEXT,
    `200 POST / ${body(maxBodyBytes)}`,
    '200 GET /next',
  ],
  [
    'chunks beyond the limit',
    '9110 15.5.14',
    chunks(maxBodyBytes + 1) + NEXT,
    '413',
    '200 GET /next',
  ],
  [
    'a body beyond the limit nobody reads',
    '9110 15.5.14',
    sized(maxBodyBytes + 1, '/unread') + NEXT,
    '200 POST /unread',
    '200 GET /next',
  ],
  [
    'a length that is announced only, and huge',
    '9110 15.5.14',
    post('Content-Length: 1000000\r\n'),
    '413!',
  ],
  [
    'a huge length with an expectation',
    '9110 10.1.1',
    post('Content-Length: 1000000\r\nExpect: 100-continue\r\n'),
    '413!',
  ],
  [
    'more requests than may be in flight',
    '9112 9.3.2',
    NEXT.repeat(9),
    ...Array.from({ length: 9 }, () => '200 GET /next'),
  ],
  [
    'a broken request behind more than may be in flight',
    '9112 9.3.2',
    `${NEXT.repeat(5)}BAD\r\n\r\n`,
    ...Array.from({ length: 5 }, () => '200 GET /next'),
    '400!',
  ],
  ['a HEAD beyond the limit', '9110 15.5.15', line(`HEAD ${path(1000)} HTTP/1.1`), '414!'],
]

export const LIMIT_FAMILY: Family = { name: 'limits', rows: LIMITS }
