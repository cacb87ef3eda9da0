import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  dep,
  events,
  HttpError,
  html,
  int,
  object,
  redirect,
  reply,
  response,
  str,
  text,
} from '../../src/index.ts'
import { makeApp } from './support.ts'

describe('response', () => {
  it('sets status, headers and cookies of a plain result, from handler and dependencies', async () => {
    const { app, client } = makeApp()
    const session = dep({ head: response() }, ({ head }) => {
      head.setCookie('session', 'abc', { httpOnly: true })
      head.headers.set('x-from', 'dependency')
    })
    app.get('/', { in: { session, response: response() } }, ({ response }) => {
      response.status = 201
      response.headers.append('x-more', '1')
      response.deleteCookie('old')
      return { made: true }
    })
    const answer = await client.get('/')
    assert.deepEqual([answer.status, answer.json()], [201, { made: true }])
    assert.equal(answer.headers.get('x-from'), 'dependency')
    assert.equal(answer.headers.get('x-more'), '1')
    const [first, second] = answer.headers.getSetCookie()
    assert.match(first ?? '', /^session=abc;.*HttpOnly/)
    assert.match(second ?? '', /^old=;.*Max-Age=0/)
  })

  it('goes with every kind of result, and a reply keeps its status', async () => {
    const { app, client } = makeApp()
    const mark = dep({ head: response() }, ({ head }) => {
      head.status = 202
      head.headers.set('x-mark', 'yes')
    })
    const kinds: Record<string, () => unknown> = {
      plain: () => ({ a: 1 }),
      reply: () => reply(203, 'r', { headers: { 'x-own': '1' } }),
      bytes: () => new Uint8Array([65]),
      text: () => text('t'),
      html: () => html('<p>', { status: 418 }),
      web: () => new Response('w', { status: 206 }),
      redirect: () => redirect('/elsewhere'),
      nothing: () => undefined,
      async *stream() {
        yield 'line'
      },
    }
    for (const [name, make] of Object.entries(kinds)) {
      app.get(`/${name}` as '/x', { in: { mark } }, make)
    }
    const seen: Record<string, unknown> = {}
    for (const name of Object.keys(kinds)) {
      const answer = await client.get(`/${name}`)
      assert.equal(answer.headers.get('x-mark'), 'yes', name)
      seen[name] = [answer.status, answer.headers.get('content-type'), answer.text]
    }
    assert.deepEqual(seen, {
      plain: [202, 'application/json', '{"a":1}'],
      reply: [203, 'application/json', '"r"'],
      bytes: [202, 'application/octet-stream', 'A'],
      text: [200, 'text/plain; charset=utf-8', 't'],
      html: [418, 'text/html; charset=utf-8', '<p>'],
      web: [206, 'text/plain;charset=UTF-8', 'w'],
      redirect: [307, null, ''],
      nothing: [202, null, ''],
      stream: [202, 'application/jsonl', 'line'],
    })
  })

  it('writes the body by the output of its status, and refuses one that is not declared', async () => {
    const { app, client, logged } = makeApp()
    const Item = object({ id: int() })
    const out = { 200: Item, 201: Item }
    const statuses = [200, 201, 404]
    for (const status of statuses) {
      app.get(`/${status}` as '/x', { in: { head: response() }, out }, ({ head }) => {
        head.status = status
        return { id: 1, secret: 'x' }
      })
    }
    const seen = []
    for (const status of statuses) {
      const answer = await client.get(`/${status}`)
      seen.push([answer.status, answer.text.includes('secret')])
    }
    assert.deepEqual(seen, [
      [200, false],
      [201, false],
      [500, false],
    ])
    assert.match(String(logged[0]), /status 404 is not declared/)
  })

  it('goes with event streams, and sets the content type', async () => {
    const { app, client } = makeApp()
    const head = response()
    app.get('/events', { in: { head }, out: { 200: events(str()) } }, async function* ({ head }) {
      head.headers.set('x-late', 'not sent')
      yield { data: 'a' }
    })
    app.get('/csv', { in: { head } }, ({ head }) => {
      head.headers.set('content-type', 'text/csv')
      head.headers.set('x-rows', '1')
      return new Uint8Array([97])
    })
    assert.match((await client.get('/events')).text, /data: "?a"?/)
    const csv = await client.get('/csv')
    assert.equal(csv.headers.get('content-type'), 'text/csv')
    assert.equal(csv.headers.get('x-rows'), '1')
  })

  it('is not part of errors, and throws for what cannot be', async () => {
    const { app, client } = makeApp()
    app.get('/', { in: { head: response() } }, ({ head }) => {
      head.headers.set('x-a', '1')
      assert.throws(() => (head.status = 99), { code: 'CORE_OPTION' })
      assert.throws(() => head.setCookie('a b', ''), { code: 'CORE_OPTION' })
      assert.throws(() => head.headers.set('x', 'a\nb'), TypeError)
      throw new HttpError(409, 'taken')
    })
    const answer = await client.get('/')
    assert.deepEqual([answer.status, answer.headers.get('x-a')], [409, null])
  })
})

describe('redirect', () => {
  it('has status 307 unless another one is said, and escapes what a header cannot have', async () => {
    const { app, client } = makeApp()
    app.get('/a', () => redirect('/b c/\u00fc?x=%20'))
    app.post('/b', () =>
      redirect(new URL('https://example.com/'), {
        status: 303,
        headers: { 'x-a': '1' },
        cookies: [{ name: 'a', value: 'b' }],
      }),
    )
    const first = await client.get('/a')
    assert.deepEqual([first.status, first.headers.get('location')], [307, '/b%20c/%C3%BC?x=%20'])
    const second = await client.post('/b')
    assert.deepEqual(
      [second.status, second.headers.get('location'), second.headers.get('x-a')],
      [303, 'https://example.com/', '1'],
    )
    assert.equal(second.headers.getSetCookie().length, 1)
    assert.equal(redirect('/a\r\nx: y').headers?.[0]?.[1], '/a%0D%0Ax:%20y')
    assert.throws(() => redirect('/a', { status: 200 as never }), { code: 'CORE_OPTION' })
    assert.throws(() => redirect(''), { code: 'CORE_OPTION' })
    assert.throws(() => html(1 as never), { code: 'CORE_OPTION' })
    assert.throws(() => text('a', { state: 1 } as never), { code: 'CORE_OPTION' })
  })
})
