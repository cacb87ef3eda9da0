import { Elysia, t } from 'elysia'

const params = t.Object({ user: t.Integer(), order: t.Integer() })
const item = t.Object({ sku: t.String(), quantity: t.Integer({ minimum: 1 }), price: t.Number() })

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
  .listen({ port: 0, hostname: '127.0.0.1' })

console.log(JSON.stringify({ port: app.server.port, runtime: `bun ${Bun.version}` }))
