import { join } from 'node:path'
import { StreamBody } from '../../src/http/index.ts'
import {
  App,
  array,
  body,
  bodyStream,
  int,
  num,
  object,
  query,
  rawBody,
  str,
} from '../../src/index.ts'
import { CHUNK_BYTES, TRANSFER_BYTES } from './transfer-size.ts'

const Item = object({ sku: str(), quantity: int({ min: 1 }), price: num() })
const Order = object({
  customer: str({ minLength: 1, maxLength: 100 }),
  email: str(),
  items: array(Item),
})
const Receipt = object({
  user: int(),
  order: int(),
  customer: str(),
  items: array(Item),
  total: num(),
})
const Product = object({ name: str(), price: num({ min: 0 }) })
const OwnedProduct = object({ user: int(), name: str() })
const Count = object({ bytes: int() })

const app = new App({ title: 'Benchmark', version: '1.0.0' })

app.get('/', () => ({ message: 'Hello, World!' }))

app.get(
  '/users/{user:int}/orders/{order:int}',
  { in: { limit: query(int({ min: 1, max: 100, default: 10 })), q: query(str()) } },
  ({ user, order, limit, q }) => ({ user, order, limit, q }),
)

app.post(
  '/users/{user:int}/orders/{order:int}',
  { in: { data: body(Order) }, out: { 200: Receipt } },
  ({ user, order, data: { customer, email, items } }) => {
    let total = 0
    for (const each of items) total += each.quantity * each.price
    return { user, order, customer, email, items, total, secret: 'not for the client' }
  },
)

app.post(
  '/users/{user:int}/products/{product:int}',
  { in: { data: body(Product) }, out: { 200: OwnedProduct } },
  ({ user, product, data: { name, price } }) => ({ user, product, name, price }),
)

app.post('/bytes', { in: { data: rawBody() } }, ({ data }) => ({ bytes: data.length }))

const CHUNK = Buffer.alloc(CHUNK_BYTES, 'x')

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < TRANSFER_BYTES; sent += CHUNK_BYTES) yield CHUNK
}

app.get('/download', () => new StreamBody(chunks()))

app.post(
  '/upload',
  { in: { data: bodyStream() }, out: { 200: Count }, maxBodyBytes: TRANSFER_BYTES },
  async ({ data }) => {
    let bytes = 0
    for await (const chunk of data) bytes += chunk.length
    return { bytes }
  },
)

app.static('/static', join(import.meta.dirname, 'static'))

const server = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
