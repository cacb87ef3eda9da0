import { type Family, get, line, post, type Row } from '../case.ts'

const old = (fields = '', target = '/'): string => `GET ${target} HTTP/1.0\r\n${fields}\r\n`
const NEXT = get('/next')

const EXPECT: readonly Row[] = [
  [
    '100-continue, and the body waits',
    '9110 10.1.1',
    post('Content-Length: 3\r\nExpect: 100-continue\r\n'),
    '100',
  ],
  [
    '100-continue in another case',
    '9110 10.1.1',
    post('Content-Length: 3\r\nEXPECT: 100-Continue\r\n'),
    '100',
  ],
  [
    '100-continue with chunks to come',
    '9110 10.1.1',
    post('Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n'),
    '100',
  ],
  [
    '100-continue behind another request',
    '9110 10.1.1',
    NEXT + post('Content-Length: 3\r\nExpect: 100-continue\r\n'),
    '200 GET /next',
    '100',
  ],
  [
    '100-continue, though the body is there',
    '9110 10.1.1',
    post('Content-Length: 3\r\nExpect: 100-continue\r\n', 'abc') + NEXT,
    '200 POST / abc',
    '200 GET /next',
  ],
  [
    '100-continue without a body',
    '9110 10.1.1',
    get('/', 'Expect: 100-continue\r\n') + NEXT,
    '200 GET /',
    '200 GET /next',
  ],
  [
    '100-continue with an empty body',
    '9110 10.1.1',
    post('Content-Length: 0\r\nExpect: 100-continue\r\n') + NEXT,
    '200 POST /',
    '200 GET /next',
  ],
  [
    '100-continue in HTTP/1.0, which is ignored',
    '9110 10.1.1',
    'POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n',
  ],
  [
    '100-continue, and the handler answers without the body',
    '9110 10.1.1',
    post('Content-Length: 3\r\nExpect: 100-continue\r\n', '', '/unread'),
    '200 POST /unread',
    'close',
  ],
  ['another expectation', '9110 10.1.1', get('/', 'Expect: tea\r\n'), '417!'],
  ['an empty expectation', '9110 10.1.1', get('/', 'Expect:\r\n'), '417!'],
  ['100-continue and another', '9110 10.1.1', get('/', 'Expect: 100-continue, tea\r\n'), '417!'],
  [
    '100-continue with a parameter',
    '9110 10.1.1',
    get('/', 'Expect: 100-continue;a=b\r\n'),
    '417!',
  ],
  [
    'another expectation in a second field',
    '9110 10.1.1',
    get('/', 'Expect: 100-continue\r\nExpect: tea\r\n'),
    '417!',
  ],
]

const RESPONSES: readonly Row[] = [
  [
    'HEAD has the length of GET and no body',
    '9110 9.3.2',
    line('HEAD / HTTP/1.1') + NEXT,
    '200 -',
    '200 GET /next',
  ],
  [
    'HEAD of an error has no body',
    '9110 9.3.2',
    line('HEAD /404 HTTP/1.1') + NEXT,
    '404 -',
    '200 GET /next',
  ],
  [
    'HEAD of a failing handler has no body',
    '9110 9.3.2',
    line('HEAD /fail HTTP/1.1') + NEXT,
    '500 -',
    '200 GET /next',
  ],
  ['HEAD in HTTP/1.0', '9110 9.3.2', 'HEAD / HTTP/1.0\r\n\r\n', '200 -', 'close'],
  ['204 has no body and no length', '9110 15.3.5', get('/204') + NEXT, '204 -', '200 GET /next'],
  ['304 has no body and no length', '9110 15.4.5', get('/304') + NEXT, '304 -', '200 GET /next'],
  ['HEAD of a 204', '9110 15.3.5', line('HEAD /204 HTTP/1.1') + NEXT, '204 -', '200 GET /next'],
  ['201 has a body', '9110 15.3.2', get('/201') + NEXT, '201 GET /201', '200 GET /next'],
  ['205 has a body of no bytes', '9110 15.3.6', get('/205') + NEXT, '205 ', '200 GET /next'],
  ['an empty body has a length of 0', '9110 8.6', get('/empty') + NEXT, '200 ', '200 GET /next'],
  [
    'a body of many bytes',
    '9110 8.6',
    get('/long') + NEXT,
    `200 ${'x'.repeat(100_000)}`,
    '200 GET /next',
  ],
  ['a stream in chunks', '9112 7.1', get('/stream') + NEXT, '200 one two', '200 GET /next'],
  [
    'a stream in HTTP/1.0 ends with the connection',
    '9112 6.3',
    old('', '/stream'),
    '200 one two',
    'close',
  ],
  [
    'a stream in HTTP/1.0 with keep-alive ends it, too',
    '9112 6.3',
    old('Connection: keep-alive\r\n', '/stream') + NEXT,
    '200 one two',
    'close',
  ],
  [
    'HEAD of a stream',
    '9110 9.3.2',
    line('HEAD /stream HTTP/1.1') + NEXT,
    '200 -',
    '200 GET /next',
  ],
  [
    'a header that would split the response',
    '9112 11.1',
    get('/split') + NEXT,
    '500',
    '200 GET /next',
  ],
  ['a framing header of the handler', '9112 6.1', get('/framed') + NEXT, '500', '200 GET /next'],
]

export const RESPONSE_FAMILIES: readonly Family[] = [
  { name: 'expectations', rows: EXPECT },
  { name: 'responses', rows: RESPONSES },
]
