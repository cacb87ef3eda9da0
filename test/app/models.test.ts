import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, body, cookie, form, header, query } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import {
  array,
  int,
  object,
  optional,
  readOnly,
  refine,
  refuse,
  str,
} from '../../src/schema/index.ts'
import { TestClient, type TestResponse } from '../../src/testing/index.ts'

interface Detail {
  readonly type: string
  readonly loc: readonly (string | number)[]
  readonly input: unknown
}

function details(answer: TestResponse): readonly Detail[] {
  assert.equal(answer.status, 422)
  return answer.json<{ detail: Detail[] }>().detail
}

const app = new App()
const Filter = object(
  {
    limit: int({ default: 100, max: 100 }),
    order: str({ alias: 'order_by', default: 'id' }),
    tags: array(str(), { default: [] }),
  },
  { extra: 'forbid' },
)
app.get('/query', { in: { filter: query(Filter) } }, ({ filter }) => filter)

const Headers = object({ saveData: str(), x_tag: array(str(), { default: [] }) })
app.get('/headers', { in: { headers: header(Headers) } }, ({ headers }) => headers)

const Strict = object({ saveData: str() }, { extra: 'forbid' })
app.get('/strict', { in: { headers: header(Strict) } }, ({ headers }) => headers)

const Cookies = object({ session: str(), track: optional(str()) })
app.get('/cookies', { in: { cookies: cookie(Cookies) } }, ({ cookies }) => cookies)

const Signup = refine(
  object({ name: str(), password: str({ alias: 'pass' }), repeat: str() }),
  ({ password, repeat }) =>
    password === repeat ||
    refuse('passwords differ', { path: ['repeat'], type: 'password_repeat' }),
)
app.post('/form', { in: { signup: form(Signup) } }, ({ signup }) => signup)

const client = new TestClient(app)

describe('models', () => {
  it('take parameters of the query under the names of the model, lists included', async () => {
    const answer = await client.get('/query?limit=5&order_by=name&tags=a&tags=b')
    assert.deepEqual(answer.json(), { limit: 5, order: 'name', tags: ['a', 'b'] })
    assert.deepEqual((await client.get('/query')).json(), { limit: 100, order: 'id', tags: [] })
  })

  it('report each parameter that does not fit, and those nobody declared', async () => {
    const found = details(await client.get('/query?limit=1000&tool=plumbus'))
    const short = found.map(({ type, loc, input }) => [type, loc.join('.'), input])
    assert.deepEqual(short, [
      ['less_than_equal', 'query.limit', '1000'],
      ['extra_forbidden', 'query.tool', 'plumbus'],
    ])
  })

  it('take headers in the spelling of headers', async () => {
    const headers = { 'save-data': 'on', 'x-tag': ['a', 'b'] }
    const answer = await client.get('/headers', { headers })
    assert.deepEqual(answer.json(), { saveData: 'on', x_tag: ['a', 'b'] })
    const [missing] = details(await client.get('/headers'))
    assert.deepEqual(missing?.loc, ['header', 'saveData'])
  })

  it('take headers by their aliases, and with underscores where these are kept', async () => {
    const other = new App()
    const Aliased = object({ token: str({ alias: 'X-Token' }) })
    const Kept = object({ save_data: str() })
    other.get('/alias', { in: { headers: header(Aliased) } }, ({ headers }) => headers)
    const kept = { headers: header(Kept, { convertUnderscores: false }) }
    other.get('/kept', { in: kept }, ({ headers }) => headers)
    const single = { save_data: header(str(), { convertUnderscores: false }) }
    other.get('/single', { in: single }, ({ save_data }) => save_data)
    const asked = new TestClient(other)
    const alias = await asked.get('/alias', { headers: { 'x-token': 'a' } })
    assert.deepEqual(alias.json(), { token: 'a' })
    const headers = { save_data: 'on' }
    assert.deepEqual((await asked.get('/kept', { headers })).json(), headers)
    assert.equal((await asked.get('/single', { headers })).json(), 'on')
    assert.equal((await asked.get('/kept', { headers: { 'save-data': 'on' } })).status, 422)
    const { paths } = other.openapi() as {
      paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }>
    }
    const names = Object.values(paths).map(({ get }) => get.parameters[0]?.name)
    assert.deepEqual(names, ['x-token', 'save_data', 'save_data'])
    assert.throws(() => header(Kept, { convertUnderscores: 1 as never }), OptionError)
    assert.throws(() => header(Kept, { nope: true } as never), OptionError)
  })

  it('know their own headers among strange ones', async () => {
    const headers = { 'save-data': 'on', tool: 'x' }
    const found = details(await client.get('/strict', { headers }))
    assert.ok(!found.some(({ loc }) => loc.includes('saveData')))
    assert.ok(found.some(({ loc }) => loc.includes('tool')))
  })

  it('take cookies', async () => {
    const answer = await client.get('/cookies', { cookies: { session: 'abc' } })
    assert.deepEqual(answer.json(), { session: 'abc' })
    const [missing] = details(await client.get('/cookies', { cookies: { track: 'x' } }))
    assert.deepEqual(missing?.loc, ['cookie', 'session'])
    assert.deepEqual(missing.input, { track: 'x' })
  })

  it('check forms across their fields, under their aliases', async () => {
    const good = new URLSearchParams({ name: 'Ann', pass: 'x', repeat: 'x' })
    const answer = await client.post('/form', { form: good })
    assert.deepEqual(answer.json(), { name: 'Ann', password: 'x', repeat: 'x' })
    const bad = new URLSearchParams({ name: 'Ann', pass: 'x', repeat: 'y' })
    const [wrong] = details(await client.post('/form', { form: bad }))
    assert.deepEqual([wrong?.type, wrong?.loc], ['password_repeat', ['body', 'repeat']])
    const [missing] = details(
      await client.post('/form', { form: new URLSearchParams({ name: 'A' }) }),
    )
    assert.deepEqual([missing?.loc, missing?.input], [['body', 'pass'], { name: 'A' }])
  })

  it('are two components where requests and answers differ, and one elsewhere', async () => {
    const Account = object({ id: readOnly(int()), name: str() }, { title: 'Account' })
    const Plain = object({ name: str() }, { title: 'Plain' })
    const documented = new App()
    const io = { in: { account: body(Account) }, out: { 200: Account } }
    documented.post('/accounts', io, ({ account }) => ({ ...account, id: 1 }))
    documented.post(
      '/plain',
      { in: { it: body(Plain) }, out: { 200: Plain } },
      ({ it: same }) => same,
    )
    const answer = await new TestClient(documented).get('/openapi.json')
    const { components } = answer.json<{ components: { schemas: Record<string, object> } }>()
    const names = Object.keys(components.schemas).filter((name) => /Account|Plain/.test(name))
    assert.deepEqual(names.toSorted(), ['Account-Input', 'Account-Output', 'Plain'])
  })
})
