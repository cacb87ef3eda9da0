import { join, relative } from 'node:path'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { sValidator } from '@hono/standard-validator'
import { Hono } from 'hono'
import * as z from 'zod'

const Params = z.object({ user: z.coerce.number().int(), order: z.coerce.number().int() })
const Query = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  q: z.string(),
})
const Item = z.object({ sku: z.string(), quantity: z.number().int().min(1), price: z.number() })
const Order = z.object({
  customer: z.string().min(1).max(100),
  email: z.string(),
  items: z.array(Item),
})
const Receipt = z.object({
  user: z.number().int(),
  order: z.number().int(),
  customer: z.string(),
  items: z.array(Item),
  total: z.number(),
})

const app = new Hono()

app.get('/', (c) => c.json({ message: 'Hello, World!' }))

app.get(
  '/users/:user/orders/:order',
  sValidator('param', Params),
  sValidator('query', Query),
  (c) => {
    const { user, order } = c.req.valid('param')
    const { limit, q } = c.req.valid('query')
    return c.json({ user, order, limit, q })
  },
)

app.post(
  '/users/:user/orders/:order',
  sValidator('param', Params),
  sValidator('json', Order),
  (c) => {
    const { user, order } = c.req.valid('param')
    const { customer, email, items } = c.req.valid('json')
    let total = 0
    for (const item of items) total += item.quantity * item.price
    const secret = 'not for the client'
    return c.json(Receipt.parse({ user, order, customer, email, items, total, secret }))
  },
)

const Product = z.object({ name: z.string(), price: z.number().min(0) })
const ProductParams = z.object({ user: z.coerce.number().int(), product: z.coerce.number().int() })
const OwnedProduct = z.object({ user: z.number().int(), name: z.string() })

app.post(
  '/users/:user/products/:product',
  sValidator('param', ProductParams),
  sValidator('json', Product),
  (c) => {
    const { user, product } = c.req.valid('param')
    const { name, price } = c.req.valid('json')
    return c.json(OwnedProduct.parse({ user, product, name, price }))
  },
)

app.post('/bytes', async (c) => {
  const bytes = await c.req.arrayBuffer()
  return c.json({ bytes: bytes.byteLength })
})

const root = relative(process.cwd(), join(import.meta.dirname, '..'))
app.use('/static/*', serveStatic({ root }))

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  console.log(JSON.stringify({ port, runtime: `node ${process.version}` }))
})
