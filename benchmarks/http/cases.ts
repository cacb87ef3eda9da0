/** One request, what the answer must be, and a broken variant that must be refused. */
export interface HttpCase {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body?: string
  readonly contentType?: string
  /** Requests in one write; 1 is plain keep-alive. */
  readonly pipelining: number
  readonly answer: unknown
  /** Those who have what the case needs; default all. */
  readonly peers?: readonly string[]
  /** Must get a 4xx: proves that the contestant validates. */
  readonly invalid?: { readonly target: string; readonly body?: string }
}

const ITEMS = [
  { sku: 'A-1001', quantity: 2, price: 9.5 },
  { sku: 'B-2002', quantity: 1, price: 120.25 },
  { sku: 'C-3003', quantity: 12, price: 0.5 },
]
const ORDER = { customer: 'Ada Lovelace', email: 'ada@example.com', items: ITEMS }
const BAD_ORDER = { ...ORDER, items: [{ ...ITEMS[0], quantity: 0 }] }
const HELLO = { message: 'Hello, World!' }
const PRODUCT = JSON.stringify({ name: 'Widget', price: 9.5 })
const BAD_PRODUCT = JSON.stringify({ name: 'Widget', price: 'free' })

const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'

export const GET_JSON = 'GET JSON'
export const PIPELINED = 'GET JSON, 16 pipelined'
export const PARAMS = 'GET params and query'
export const STATIC_FILE = 'GET static file'
export const POST_ORDER = 'POST JSON, validated'
export const POST_PRODUCT = 'POST small JSON, validated'
export const POST_PRODUCT_BYTES = 'POST small, bytes only'
export const GET_BESIDE_POST = 'GET JSON, in turn with it'
export const POST_1_KIB = 'POST 1 KiB'
export const POST_64_KIB = 'POST 64 KiB'

const PLAIN: Omit<HttpCase, 'name'> = {
  method: 'GET',
  target: '/',
  pipelining: 1,
  answer: HELLO,
}

function postBytes(name: string, body: string): HttpCase {
  const answer = { bytes: body.length }
  const contentType = BYTES_TYPE
  return { name, method: 'POST', target: '/bytes', body, contentType, pipelining: 1, answer }
}

function postJson(
  name: string,
  request: { readonly target: string; readonly body: string; readonly badBody: string },
  answer: unknown,
): HttpCase {
  const { target, body, badBody } = request
  const invalid = { target, body: badBody }
  const contentType = JSON_TYPE
  return { name, method: 'POST', target, body, contentType, pipelining: 1, answer, invalid }
}

/** Cases of one group are measured in turn, so that they can be compared with each other, too. */
export const CASE_GROUPS: readonly (readonly HttpCase[])[] = [
  [{ ...PLAIN, name: GET_JSON }],
  [{ ...PLAIN, name: PIPELINED, pipelining: 16 }],
  [
    {
      ...PLAIN,
      name: STATIC_FILE,
      target: '/static/hello.json',
      peers: ['Fastify', 'Express', 'Hono'],
    },
  ],
  [
    {
      name: PARAMS,
      method: 'GET',
      target: '/users/42/orders/7?limit=25&q=red+shoes',
      pipelining: 1,
      answer: { user: 42, order: 7, limit: 25, q: 'red shoes' },
      invalid: { target: '/users/42/orders/7?limit=101&q=x' },
    },
  ],
  [
    postJson(
      POST_ORDER,
      {
        target: '/users/42/orders/7',
        body: JSON.stringify(ORDER),
        badBody: JSON.stringify(BAD_ORDER),
      },
      { user: 42, order: 7, customer: 'Ada Lovelace', items: ITEMS, total: 145.25 },
    ),
  ],
  [
    // The answer is as long as that of GET JSON: 27 bytes.
    postJson(
      POST_PRODUCT,
      { target: '/users/42/products/7', body: PRODUCT, badBody: BAD_PRODUCT },
      { user: 42, name: 'Widget' },
    ),
    postBytes(POST_PRODUCT_BYTES, PRODUCT),
    { ...PLAIN, name: GET_BESIDE_POST },
  ],
  [postBytes(POST_1_KIB, 'x'.repeat(1_024))],
  [postBytes(POST_64_KIB, 'x'.repeat(65_536))],
]

export const CASES: readonly HttpCase[] = CASE_GROUPS.flat()
