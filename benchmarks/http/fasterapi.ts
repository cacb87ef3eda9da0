import { join } from 'node:path'
import { App, array, body, int, num, object, query, str } from '../../src/index.ts'

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

app.static('/static', join(import.meta.dirname, 'static'))

const server = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
