import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createApp } from '../../examples/production-app/app.ts'
import { shopDatabase } from '../../examples/production-app/dependencies.ts'
import { PgPool } from '../../src/pg/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { testDatabase } from '../support/postgres.ts'

describe('the production example', () => {
  const name = `shop_${process.pid}_${Date.now()}`
  let server: Awaited<ReturnType<typeof testDatabase>>
  let admin: PgPool
  let shop: PgPool
  let client: TestClient

  before(async () => {
    server = await testDatabase()
    admin = new PgPool(server.url, { max: 1 })
    await admin.exec(`create database ${name}`)
    const url = new URL(server.url)
    url.pathname = `/${name}`
    shop = new PgPool(url.href, { max: 1 })
    client = new TestClient(createApp(shopDatabase(url.href)))
    await client.start()
  })

  after(async () => {
    await client.close()
    await shop.close()
    await admin.exec(`drop database ${name} with (force)`)
    await admin.close()
    await server.stop()
  })

  async function json(path: string, expectedStatus = 200): Promise<unknown> {
    const response = await client.get(path)
    assert.equal(response.status, expectedStatus, response.text)
    return response.json()
  }

  it('fills an empty database with a few thousand rows', async () => {
    const counts = await shop.one<Record<string, number>>(`
      select (select count(*)::int from users) as users,
             (select count(*)::int from products) as products,
             (select count(*)::int from orders) as orders,
             (select count(*)::int from order_items) as items`)
    assert.deepEqual([counts['users'], counts['products'], counts['orders']], [2000, 300, 6000])
    assert.ok(Number(counts['items']) > 6000)
  })

  it('lists what is there at /', async () => {
    const index = (await json('/')) as { docs: string; examples: string[] }
    assert.equal(index.docs, '/docs')
    for (const path of index.examples) await json(path)
  })

  for (const prefix of ['', '/chains']) {
    describe(prefix === '' ? 'async style' : '.then() style', () => {
      it('serves a user without the password hash', async () => {
        const user = (await json(`${prefix}/users/1`)) as Record<string, unknown>
        assert.deepEqual(Object.keys(user), ['id', 'name', 'email', 'city', 'credits', 'createdAt'])
        assert.equal(user['id'], 1)
      })

      it('serves the orders of a user, newest first', async () => {
        const { user, orders } = (await json(`${prefix}/users/7/orders`)) as {
          user: { id: number }
          orders: { placedAt: string }[]
        }
        assert.equal(user.id, 7)
        const dates = orders.map(({ placedAt }) => placedAt)
        assert.ok(dates.length > 0)
        assert.deepEqual(dates, dates.toSorted().toReversed())
      })

      it('serves three levels whose totals agree', async () => {
        const { orders } = (await json(`${prefix}/users/7/full`)) as {
          orders: { totalCents: number; items: { quantity: number; unitPriceCents: number }[] }[]
        }
        for (const { totalCents, items } of orders) {
          const sum = items.reduce((total, item) => total + item.quantity * item.unitPriceCents, 0)
          assert.equal(totalCents, sum)
        }
      })

      it('reports the top spenders, ordered and limited', async () => {
        const path = `${prefix}/reports/top-spenders?limit=3`
        const spenders = (await json(path)) as { spentCents: number }[]
        const spent = spenders.map(({ spentCents }) => spentCents)
        assert.equal(spent.length, 3)
        assert.deepEqual(
          spent,
          spent.toSorted((a, b) => b - a),
        )
      })

      it('answers 404 for a user who is not there, on every read', async () => {
        for (const path of ['', '/orders', '/full']) {
          const problem = await json(`${prefix}/users/999999${path}`, 404)
          assert.deepEqual(problem, { detail: 'There is no user 999999' })
        }
      })

      it('answers 422 for an id that is no number and a limit out of range', async () => {
        await json(`${prefix}/users/abc`, 422)
        await json(`${prefix}/reports/top-spenders?limit=101`, 422)
      })
    })
  }

  describe('POST /users/{id}/credits', () => {
    const post = (body: string | undefined, id = 2) =>
      client.post(`/users/${id}/credits`, {
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? undefined : { body }),
      })

    it('changes the credits and books the change, together', async () => {
      const { credits } = (await json('/users/2')) as { credits: number }
      const response = await post('{"delta": 25}')
      assert.deepEqual(response.json(), { id: 2, credits: credits + 25 })
      const deltas = await shop.many('select delta from credit_changes where user_id = 2')
      assert.deepEqual(deltas, [{ delta: 25 }])
    })

    it('refuses to overdraw, and books nothing', async () => {
      const response = await post('{"delta": -999999}', 3)
      assert.equal(response.status, 409)
      assert.deepEqual(await shop.many('select from credit_changes where user_id = 3'), [])
    })

    it('loses no update when many change one user at once', async () => {
      const { credits } = (await json('/users/4')) as { credits: number }
      const responses = await Promise.all(
        Array.from({ length: 8 }, () => post('{"delta": 1}', 4).toPromise()),
      )
      const done = responses.filter(({ status }) => status === 200).length
      const { credits: after } = (await json('/users/4')) as { credits: number }
      assert.equal(after, credits + done)
      assert.equal(done, 8)
    })

    const wrong: [string, string | undefined, unknown][] = [
      ['a text', '{"delta": "5"}', ['int_type', 'body', 'delta']],
      ['a fraction', '{"delta": 1.5}', ['int_from_float', 'body', 'delta']],
      ['a missing field', '{}', ['missing', 'body', 'delta']],
      ['malformed JSON, saying where', '{"delta": 5', ['json_invalid', 'body', 11]],
      ['an empty body', undefined, ['missing', 'body']],
      ['an array', '[1]', ['model_attributes_type', 'body']],
    ]
    for (const [what, text, expected] of wrong) {
      it(`answers 422 to ${what}`, async () => {
        const response = await post(text)
        assert.equal(response.status, 422, response.text)
        const { detail } = response.json<{ detail: { type: string; loc: unknown[] }[] }>()
        assert.deepEqual(
          detail.map(({ type, loc }) => [type, ...loc]),
          [expected],
        )
      })
    }

    it('answers 404 for a user who is not there', async () => {
      assert.equal((await post('{"delta": 1}', 999_999)).status, 404)
    })
  })

  it('is healthy, and measures itself', async () => {
    const health = (await json('/health')) as { status: string }
    assert.equal(health.status, 'ok')
    const { text } = await client.get('/metrics')
    const queries = /^fasterapi_pg_queries_total\{reactor="0"\} (\d+)$/m.exec(text)?.[1]
    assert.ok(Number(queries) > 20)
  })

  it('documents all of its routes', async () => {
    const { paths } = (await json('/openapi.json')) as { paths: object }
    assert.deepEqual(Object.keys(paths).toSorted(), [
      '/',
      '/chains/reports/top-spenders',
      '/chains/users/{id}',
      '/chains/users/{id}/full',
      '/chains/users/{id}/orders',
      '/health',
      '/metrics',
      '/reports/top-spenders',
      '/users/{id}',
      '/users/{id}/credits',
      '/users/{id}/full',
      '/users/{id}/orders',
    ])
  })
})
