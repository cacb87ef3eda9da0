import assert from 'node:assert/strict'

/** One request, what the answer must be, and a broken variant that must be refused. */
export interface HttpCase {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body?: string
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

export const GET_JSON = 'GET JSON'
export const PIPELINED = 'GET JSON, 16 pipelined'
export const PARAMS = 'GET params and query'
export const STATIC_FILE = 'GET static file'
export const POST_ORDER = 'POST JSON, validated'

export const CASES: readonly HttpCase[] = [
  { name: GET_JSON, method: 'GET', target: '/', pipelining: 1, answer: HELLO },
  { name: PIPELINED, method: 'GET', target: '/', pipelining: 16, answer: HELLO },
  {
    name: STATIC_FILE,
    method: 'GET',
    target: '/static/hello.json',
    pipelining: 1,
    answer: HELLO,
    peers: ['Fastify', 'Express', 'Hono'],
  },
  {
    name: PARAMS,
    method: 'GET',
    target: '/users/42/orders/7?limit=25&q=red+shoes',
    pipelining: 1,
    answer: { user: 42, order: 7, limit: 25, q: 'red shoes' },
    invalid: { target: '/users/42/orders/7?limit=101&q=x' },
  },
  {
    name: POST_ORDER,
    method: 'POST',
    target: '/users/42/orders/7',
    body: JSON.stringify(ORDER),
    pipelining: 1,
    answer: { user: 42, order: 7, customer: 'Ada Lovelace', items: ITEMS, total: 145.25 },
    invalid: { target: '/users/42/orders/7', body: JSON.stringify(BAD_ORDER) },
  },
]

/**
 * Asserts that a server answers a case as it must, before it is measured.
 *
 * @throws {AssertionError} naming the server and the case
 */
export async function assertAnswer(server: string, port: number, each: HttpCase): Promise<void> {
  const where = `${server}, ${each.name}`
  const good = await send(port, each.method, each.target, each.body)
  assert.equal(good.status, 200, `${where}: status`)
  assert.match(good.headers.get('content-type') ?? '', /^application\/json/, `${where}: type`)
  assert.deepEqual(await good.json(), each.answer, `${where}: answer`)
  if (each.invalid === undefined) return
  const bad = await send(port, each.method, each.invalid.target, each.invalid.body)
  await bad.arrayBuffer()
  assert.ok(bad.status >= 400 && bad.status < 500, `${where}: invalid input got ${bad.status}`)
}

function send(port: number, method: string, target: string, body?: string): Promise<Response> {
  const init: RequestInit = { method }
  if (body !== undefined) {
    init.body = body
    init.headers = { 'content-type': 'application/json' }
  }
  return fetch(`http://127.0.0.1:${port}${target}`, init)
}
