import { Elysia, t } from 'elysia'

const params = t.Object({ user: t.Integer(), order: t.Integer() })
const item = t.Object({ sku: t.String(), quantity: t.Integer({ minimum: 1 }), price: t.Number() })

const CHUNK = new Uint8Array(65_536).fill(120)
const CHUNKS = 1_600

function chunks() {
  let sent = 0
  return new ReadableStream({
    pull(controller) {
      if (sent++ < CHUNKS) controller.enqueue(CHUNK)
      else controller.close()
    },
  })
}

const app = new Elysia()
  .get('/', () => ({ message: 'Hello, World!' }))
  .get(
    '/users/:user/orders/:order',
    ({ params: { user, order }, query: { limit, q } }) => ({ user, order, limit, q }),
    {
      params,
      query: t.Object({
        limit: t.Integer({ minimum: 1, maximum: 100, default: 10 }),
        q: t.String(),
      }),
      response: t.Object({
        user: t.Integer(),
        order: t.Integer(),
        limit: t.Integer(),
        q: t.String(),
      }),
    },
  )
  .post(
    '/users/:user/orders/:order',
    ({ params: { user, order }, body: { customer, email, items } }) => {
      let total = 0
      for (const each of items) total += each.quantity * each.price
      return { user, order, customer, email, items, total, secret: 'not for the client' }
    },
    {
      params,
      body: t.Object({
        customer: t.String({ minLength: 1, maxLength: 100 }),
        email: t.String(),
        items: t.Array(item),
      }),
      response: t.Object({
        user: t.Integer(),
        order: t.Integer(),
        customer: t.String(),
        items: t.Array(item),
        total: t.Number(),
      }),
    },
  )
  .post(
    '/users/:user/products/:product',
    ({ params: { user, product }, body: { name, price } }) => ({ user, product, name, price }),
    {
      params: t.Object({ user: t.Integer(), product: t.Integer() }),
      body: t.Object({ name: t.String(), price: t.Number({ minimum: 0 }) }),
      response: t.Object({ user: t.Integer(), name: t.String() }),
    },
  )
  .post('/bytes', ({ body }) => ({ bytes: body.byteLength }), { parse: 'arrayBuffer' })
  .get(
    '/download',
    () => new Response(chunks(), { headers: { 'content-type': 'application/octet-stream' } }),
  )
  .post(
    '/upload',
    async ({ request }) => {
      let bytes = 0
      for await (const chunk of request.body) bytes += chunk.length
      return { bytes }
    },
    { parse: 'none' },
  )
  .listen({ port: 0, hostname: '127.0.0.1' })

console.log(JSON.stringify({ port: app.server.port, runtime: `bun ${Bun.version}` }))
