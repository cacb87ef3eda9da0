import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, body } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { array, lazy, nullable, object, type Schema, unknown } from '../../src/schema/index.ts'
import { TestClient, type TestResponse } from '../../src/testing/index.ts'

const app = new App()
app.post('/free', { in: { data: body(unknown()) } }, ({ data }) => ({ data }))
app.post('/strict', { in: { data: body(unknown(), { strict: true }) } }, ({ data }) => ({ data }))
app.post('/unique', { in: { data: body(unknown(), { uniqueKeys: true }) } }, () => 'taken')
app.post('/list', { in: { data: body(array(object({}))) } }, () => 'taken')
interface Chain {
  next: Chain | null
}
const Chain: Schema<Chain> = object({ next: nullable(lazy(() => Chain)) }, { title: 'Chain' })
app.post('/chain', { in: { chain: body(Chain) }, out: { 200: Chain } }, ({ chain }) => chain)

const client = new TestClient(app)

function post(path: string, text: string): PromiseLike<TestResponse> {
  return client.post(path, { body: text, headers: { 'content-type': 'application/json' } })
}

async function failure(path: string, text: string): Promise<unknown> {
  const answer = await post(path, text)
  assert.equal(answer.status, 422)
  const [first] = answer.json<{ detail: { type: string; loc: unknown; ctx: object }[] }>().detail
  return [first?.type, first?.loc, first?.ctx]
}

describe('body strict', () => {
  it('refuses a key that comes twice, at its place, however it is spelled', async () => {
    for (const path of ['/strict', '/unique']) {
      const error = { error: 'Duplicate key in object' }
      assert.deepEqual(await failure(path, '{"a":1,"a":2}'), ['json_invalid', ['body', 7], error])
      const escaped = await failure(path, '[{"b":{}, "\\u0062":2}]')
      assert.deepEqual(escaped, ['json_invalid', ['body', 10], error])
    }
    assert.equal((await post('/unique', '[{"a":1},{"a":{"a":1}}]')).status, 200)
  })

  it('refuses a key that could become a prototype', async () => {
    const error = { error: "Key '__proto__' is not allowed" }
    assert.deepEqual(await failure('/strict', '{"x":{"__pr\\u006fto__":{}}}'), [
      'json_invalid',
      ['body', 6],
      error,
    ])
    assert.equal((await post('/strict', '{"x":"__proto__"}')).status, 200)
  })

  it('refuses what is nested deeper than 64 levels', async () => {
    const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    assert.equal((await post('/strict', nest(64))).status, 200)
    const error = { error: 'Nested more than 64 levels deep' }
    assert.deepEqual(await failure('/strict', nest(65)), ['json_invalid', ['body', 64], error])
  })

  it('leaves bodies alone that are not declared so: the last of two keys counts', async () => {
    const answer = await post('/free', '{"a":1,"a":2,"__proto__":{"admin":true}}')
    assert.equal(answer.text, '{"data":{"a":2,"__proto__":{"admin":true}}}')
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  it('refuses unknown options and wrong values', () => {
    assert.throws(() => body(unknown(), { stict: true } as object), OptionError)
    assert.throws(() => body(unknown(), { maxDepth: 0 }), OptionError)
    assert.throws(() => body(unknown(), { uniqueKeys: 1 } as never), OptionError)
  })
})

describe('requireContentType', () => {
  const lax = new App()
  const options = { requireContentType: false }
  lax.post('/one', { in: { data: body(unknown(), options) } }, ({ data }) => ({ data }))
  lax.post('/two', { in: { a: body(unknown(), options), b: body(unknown()) } }, ({ a, b }) => ({
    a,
    b,
  }))
  lax.post('/typed', { in: { data: body(unknown()) } }, ({ data }) => ({ data }))
  const asked = new TestClient(lax)

  it('lets a body without a content type be JSON where it is false', async () => {
    assert.deepEqual((await asked.post('/one', { body: '[1]' })).json(), { data: [1] })
    const two = await asked.post('/two', { body: '{"a":1,"b":2}' })
    assert.deepEqual(two.json(), { a: 1, b: 2 })
    assert.equal((await asked.post('/typed', { body: '[1]' })).status, 415)
  })

  it('refuses a body of another type all the same', async () => {
    const headers = { 'content-type': 'text/plain' }
    assert.equal((await asked.post('/one', { body: '[1]', headers })).status, 415)
    assert.throws(() => body(unknown(), { requireContentType: 0 } as never), OptionError)
  })
})

describe('bodies nested without end', () => {
  it('are refused by recursive schemas, never answered with 500', async () => {
    for (const depth of [150, 1000, 50_000]) {
      const text = '{"next":'.repeat(depth) + 'null' + '}'.repeat(depth)
      const answer = await post('/chain', text)
      assert.equal(answer.status, depth < 200 ? 200 : 422, String(depth))
    }
  })

  it('are not echoed where they do not fit', async () => {
    for (const depth of [1000, 8000, 100_000]) {
      const text = '['.repeat(depth) + ']'.repeat(depth)
      const answer = await post('/list', text)
      assert.equal(answer.status, 422, String(depth))
    }
  })
})
