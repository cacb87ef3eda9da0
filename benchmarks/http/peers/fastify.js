import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'

const app = fastify()

const params = {
  type: 'object',
  properties: { user: { type: 'integer' }, order: { type: 'integer' } },
  required: ['user', 'order'],
}
const item = {
  type: 'object',
  properties: {
    sku: { type: 'string' },
    quantity: { type: 'integer', minimum: 1 },
    price: { type: 'number' },
  },
  required: ['sku', 'quantity', 'price'],
}

app.get(
  '/',
  {
    schema: {
      response: { 200: { type: 'object', properties: { message: { type: 'string' } } } },
    },
  },
  (_request, reply) => {
    void reply.send({ message: 'Hello, World!' })
  },
)

app.get(
  '/users/:user/orders/:order',
  {
    schema: {
      params,
      querystring: {
        type: 'object',
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
          q: { type: 'string' },
        },
      },
      response: {
        200: {
          type: 'object',
          properties: {
            user: { type: 'integer' },
            order: { type: 'integer' },
            limit: { type: 'integer' },
            q: { type: 'string' },
          },
        },
      },
    },
  },
  (request, reply) => {
    const { user, order } = request.params
    const { limit, q } = request.query
    void reply.send({ user, order, limit, q })
  },
)

app.post(
  '/users/:user/orders/:order',
  {
    schema: {
      params,
      body: {
        type: 'object',
        properties: {
          customer: { type: 'string', minLength: 1, maxLength: 100 },
          email: { type: 'string' },
          items: { type: 'array', items: item },
        },
        required: ['customer', 'email', 'items'],
      },
      response: {
        200: {
          type: 'object',
          properties: {
            user: { type: 'integer' },
            order: { type: 'integer' },
            customer: { type: 'string' },
            items: { type: 'array', items: item },
            total: { type: 'number' },
          },
        },
      },
    },
  },
  (request, reply) => {
    const { user, order } = request.params
    const { customer, email, items } = request.body
    let total = 0
    for (const each of items) total += each.quantity * each.price
    void reply.send({ user, order, customer, email, items, total, secret: 'not for the client' })
  },
)

await app.register(fastifyStatic, {
  root: join(import.meta.dirname, '..', 'static'),
  prefix: '/static/',
})
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(JSON.stringify({ port: app.server.address().port, runtime: `node ${process.version}` }))
