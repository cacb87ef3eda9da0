import { join } from 'node:path'
import express from 'express'
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

const app = express()
// Both cost time in every response, and no other contestant pays for them.
app.disable('x-powered-by')
app.disable('etag')

app.get('/', (_request, response) => {
  response.json({ message: 'Hello, World!' })
})

app.use('/static', express.static(join(import.meta.dirname, '..', 'static')))

app.get('/users/:user/orders/:order', (request, response) => {
  const { user, order } = Params.parse(request.params)
  const { limit, q } = Query.parse(request.query)
  response.json({ user, order, limit, q })
})

app.post('/users/:user/orders/:order', express.json(), (request, response) => {
  const { user, order } = Params.parse(request.params)
  const { customer, email, items } = Order.parse(request.body)
  let total = 0
  for (const item of items) total += item.quantity * item.price
  const secret = 'not for the client'
  response.json(Receipt.parse({ user, order, customer, email, items, total, secret }))
})

const Product = z.object({ name: z.string(), price: z.number().min(0) })
const ProductParams = z.object({ user: z.coerce.number().int(), product: z.coerce.number().int() })
const OwnedProduct = z.object({ user: z.number().int(), name: z.string() })

app.post('/users/:user/products/:product', express.json(), (request, response) => {
  const { user, product } = ProductParams.parse(request.params)
  const { name, price } = Product.parse(request.body)
  response.json(OwnedProduct.parse({ user, product, name, price }))
})

app.post('/bytes', express.raw(), (request, response) => {
  response.json({ bytes: request.body.length })
})

app.use((error, _request, response, _next) => {
  const status = error instanceof z.ZodError ? 422 : (error.status ?? 500)
  response.status(status).json({ detail: error.message })
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port, runtime: `node ${process.version}` }))
})
