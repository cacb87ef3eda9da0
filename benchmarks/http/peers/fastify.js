import { join } from 'node:path'
import { Readable } from 'node:stream'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'

const CHUNK = Buffer.alloc(65_536, 'x')
const CHUNKS = 1_600

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

app.post(
  '/users/:user/products/:product',
  {
    schema: {
      params: {
        type: 'object',
        properties: { user: { type: 'integer' }, product: { type: 'integer' } },
        required: ['user', 'product'],
      },
      body: {
        type: 'object',
        properties: { name: { type: 'string' }, price: { type: 'number', minimum: 0 } },
        required: ['name', 'price'],
      },
      response: {
        200: {
          type: 'object',
          properties: { user: { type: 'integer' }, name: { type: 'string' } },
        },
      },
    },
  },
  (request, reply) => {
    const { user, product } = request.params
    const { name, price } = request.body
    void reply.send({ user, product, name, price })
  },
)

const count = {
  response: { 200: { type: 'object', properties: { bytes: { type: 'integer' } } } },
}

app.addContentTypeParser(
  'application/octet-stream',
  { parseAs: 'buffer' },
  (_request, body, done) => {
    done(null, body)
  },
)
app.post('/bytes', { schema: count }, (request, reply) => {
  void reply.send({ bytes: request.body.length })
})

async function* chunks() {
  for (let sent = 0; sent < CHUNKS; sent++) yield CHUNK
}

app.get('/download', (_request, reply) => {
  void reply.type('application/octet-stream').send(Readable.from(chunks()))
})

async function countBytes(stream) {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.length
  return { bytes }
}

// A parser that reads nothing leaves the body to the handler; only routes of this scope have it.
void app.register((scope, _options, done) => {
  scope.removeContentTypeParser('application/octet-stream')
  scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
    done(null, payload)
  })
  scope.post('/upload', { schema: count, bodyLimit: 104_857_600 }, (request) =>
    countBytes(request.raw),
  )
  done()
})

await app.register(fastifyStatic, {
  root: join(import.meta.dirname, '..', 'static'),
  prefix: '/static/',
})

await app.listen({ port: 0, host: '127.0.0.1' })
console.log(JSON.stringify({ port: app.server.address().port, runtime: `node ${process.version}` }))
