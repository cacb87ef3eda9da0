import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  body,
  del,
  dep,
  get,
  head,
  onError,
  options,
  patch,
  path,
  post,
  put,
  query,
  reply,
  route,
  router,
  websocket,
} from '../../src/app/index.ts'
import { HttpError } from '../../src/http/index.ts'
import { int, object, str } from '../../src/schema/index.ts'
import { makeApp } from './support.ts'

describe('router', () => {
  it('mounts routes and routers under prefixes', async () => {
    const { app, client } = makeApp()
    const inner = router({ one: get('/{id:int}', ({ id }) => id) }, { prefix: '/things' })
    app.include(router({ inner, home: get('/home', () => 'home') }, { prefix: '/api/v1' }))
    app.include(router({ plain: get('/plain', () => 'plain') }))
    assert.equal((await client.get('/api/v1/things/7')).json(), 7)
    assert.equal((await client.get('/api/v1/home')).json(), 'home')
    assert.equal((await client.get('/plain')).json(), 'plain')
    assert.equal((await client.get('/things/7')).status, 404)
  })

  it('guards all of its routes', async () => {
    const { app, client } = makeApp()
    const locked = dep(() => {
      throw new HttpError(403, 'locked')
    })
    app.include(router({ a: get('/a', () => 1) }, { prefix: '/in', in: { locked } }))
    app.get('/out', () => 1)
    assert.equal((await client.get('/in/a')).status, 403)
    assert.equal((await client.get('/out')).status, 200)
  })

  it('has a maker for each method', async () => {
    const { app, client } = makeApp()
    const echo = (): string => 'ok'
    const makers = { get, post, put, patch, delete: del, head, options }
    for (const [name, make] of Object.entries(makers)) {
      app.include(router({ route: make(`/${name}`, echo) }))
    }
    for (const name of Object.keys(makers)) {
      const response = await client.request(name.toUpperCase(), `/${name}`)
      assert.equal(response.status, 200, name)
      assert.equal(response.text, name === 'head' ? '' : '"ok"', name)
    }
  })

  it('answers HEAD where there is a route for GET', async () => {
    const { app, client } = makeApp()
    app.get('/a', () => 'abc')
    const response = await client.head('/a')
    assert.deepEqual([response.status, response.text], [200, ''])
    assert.equal(response.headers.get('content-length'), '5')
  })

  it('takes routes and sensible options only', () => {
    const { app } = makeApp()
    assert.throws(() => router({ a: (() => 1) as never }), { code: 'CORE_OPTION' })
    for (const prefix of ['v1', '/v1/', '/', '']) {
      assert.throws(() => router({}, { prefix }), { code: 'CORE_OPTION' }, prefix)
    }
    assert.throws(() => router({}, { prefx: '/a' } as never), { code: 'CORE_OPTION' })
    assert.throws(() => app.include({}), { code: 'CORE_OPTION' })
  })
})

interface Operation {
  readonly tags?: readonly string[]
  readonly deprecated?: boolean
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string }[]
  readonly responses: Record<string, { readonly description: string }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
}

describe('RouterOptions', () => {
  it('adds outputs by status, which routes may override, and which do not change a plain result', async () => {
    const { app, client, logged } = makeApp()
    const Problem = object({ detail: str() }, { title: 'Problem' })
    const Item = object({ id: int() }, { title: 'Item' })
    const items = router(
      {
        made: post('/made', { out: { 201: Item } }, () => ({ id: 1, secret: 'x' })),
        missing: get('/missing', { out: { 200: Item } }, () => reply(404, secret()) as never),
        free: get('/free', () => reply(418, 'tea')),
      },
      { out: { 200: Problem, 404: Problem } },
    )
    app.include(items)
    const made = await client.post('/made')
    assert.deepEqual([made.status, made.text], [201, '{"id":1}'])
    const missing = await client.get('/missing')
    assert.deepEqual([missing.status, missing.text], [404, '{"detail":"gone"}'])
    assert.deepEqual((await client.get('/free')).text, '"tea"')
    assert.deepEqual(logged, [])
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(Object.keys(paths['/made']!['post']!.responses), ['200', '201', '404'])
    assert.deepEqual(Object.keys(paths['/missing']!['get']!.responses), ['200', '404'])
    assert.deepEqual(Object.keys(paths['/free']!['get']!.responses), ['200', '404'])

    function secret(): { detail: string; trace: string } {
      return { detail: 'gone', trace: 'x' }
    }
  })

  it('marks routes as deprecated, or leaves them out of the docs', async () => {
    const { app, client } = makeApp()
    const routes = { a: get('/a', () => 1), b: get('/b', { deprecated: false }, () => 1) }
    app.include(routes, { prefix: '/old', deprecated: true })
    app.include(routes, { prefix: '/hidden', documented: false })
    app.include(routes, { prefix: '/new' })
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(Object.keys(paths), ['/old/a', '/old/b', '/new/a', '/new/b'])
    const marks = Object.values(paths).map(({ get }) => get?.deprecated)
    assert.deepEqual(marks, [true, false, undefined, false])
    assert.equal((await client.get('/hidden/a')).status, 200)
  })

  it('says responses in the docs of its routes, which count where both speak of one status', async () => {
    const { app } = makeApp()
    const routes = {
      free: get('/free', { responses: { 404: { description: 'No such thing' } } }, () => 1),
      strict: get('/strict', { out: { 200: object({}) } }, () => ({})),
    }
    const inner = router(routes, { responses: { 404: { description: 'Not found' } } })
    app.include(inner, { responses: { 404: { description: 'x' }, 418: { description: 'Tea' } } })
    const descriptions = (path: string): unknown[] => {
      const { paths } = app.openapi() as Document
      const responses = Object.entries(paths[path]?.['get']?.responses ?? {})
      return responses.map(([status, { description }]) => [status, description])
    }
    await app.start()
    assert.deepEqual(descriptions('/free'), [
      ['200', 'Successful Response'],
      ['404', 'No such thing'],
      ['418', 'Tea'],
    ])
    assert.deepEqual(descriptions('/strict').slice(1), [
      ['404', 'Not found'],
      ['418', 'Tea'],
    ])
    await app.stop()
  })

  it('runs guards from the outside in, before the dependencies of the route', async () => {
    const { app, client } = makeApp()
    const order: string[] = []
    const step = (name: string) => dep(() => void order.push(name))
    const inner = router(
      { a: get('/a', { in: { own: step('own'), q: query(str({ default: '' })) } }, () => 1) },
      { in: { inner: step('inner'), page: query(int({ default: 1 })) } },
    )
    app.include(inner, { in: { outer: step('outer') } })
    await client.get('/a')
    assert.deepEqual(order, ['outer', 'inner', 'own'])
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    const names = paths['/a']!['get']!.parameters!.map(({ name }) => name)
    assert.deepEqual(names, ['q', 'page'])
  })

  it('may read parameters of its prefix', async () => {
    const { app, client } = makeApp()
    const teams: number[] = []
    const inTeam = dep({ team: path(int()) }, ({ team }) => void teams.push(team))
    const members = router({ one: get('/members/{id:int}', ({ id }) => id) }, { in: { inTeam } })
    app.include(members, { prefix: '/teams/{team}' })
    assert.equal((await client.get('/teams/7/members/3')).json(), 3)
    assert.deepEqual(teams, [7])
    assert.equal((await client.get('/teams/x/members/3')).status, 422)
  })

  it('shares a body with the handler', async () => {
    const { app, client } = makeApp()
    const Note = object({ text: str() })
    const note = body(Note)
    app.post('/', { in: { note } }, ({ note }) => note.text)
    const response = await client.post('/', { json: { text: 'hi' } })
    assert.equal(response.json(), 'hi')
  })

  it('refuses options that cannot work', () => {
    const bad: readonly object[] = [
      { tags: 'users' },
      { tags: [1] },
      { deprecated: 1 },
      { documented: 'no' },
      { onError: () => 1 },
      { onError: [() => 1] },
      { out: { 99: null } },
      { responses: { 99: {} } },
      { responses: { 404: { text: 'x' } } },
      { out: object({}) },
    ]
    for (const each of bad) {
      assert.throws(() => router({}, each), { code: 'CORE_OPTION' }, JSON.stringify(each))
    }
  })
})

describe('App.include', () => {
  it('takes a route, a router, and an object of them, with options around', async () => {
    const { app, client } = makeApp()
    const one = get('/one', { tags: ['one'] }, () => 1)
    const group = router({ one }, { prefix: '/group', tags: ['group'] })
    app.include(one, { prefix: '/a', tags: ['a'] })
    app.include(group, { prefix: '/b', tags: ['b'] })
    app.include({ one, group }, { prefix: '/c', tags: ['c'] })
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    const tags = Object.entries(paths).map(([at, { get }]) => [at, get?.tags?.join()])
    assert.deepEqual(tags, [
      ['/a/one', 'a,one'],
      ['/b/group/one', 'b,group,one'],
      ['/c/one', 'c,one'],
      ['/c/group/one', 'c,group,one'],
    ])
    for (const at of Object.keys(paths)) assert.equal((await client.get(at)).json(), 1, at)
  })

  it('takes sockets, too, and leaves them out of the docs', async () => {
    const { app, client } = makeApp()
    const echo = websocket('/echo', async (socket) => {
      for await (const message of socket) await socket.send(message)
    })
    app.include(router({ echo }, { prefix: '/live', deprecated: true, out: { 404: null } }))
    const socket = await client.connect('/live/echo')
    socket.send('"hi"')
    assert.equal(await socket.receiveJson(), 'hi')
    await socket.close()
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(paths, {})
  })

  it('gives each inclusion an operation id of its own, numbered where the route names one', async () => {
    const { app, client } = makeApp()
    const one = get('/one', () => 1)
    app.include(one, { prefix: '/v1' })
    app.include(one, { prefix: '/v2' })
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    const ids = Object.values(paths).map(({ get }) => get?.operationId)
    assert.equal(new Set(ids).size, 2)
    const { app: other } = makeApp()
    const chosen = get('/one', { operationId: 'readOne' }, () => 1)
    other.include({ chosen }, { prefix: '/v1' })
    other.include({ chosen }, { prefix: '/v2' })
    await other.start()
    const named = Object.values((other.openapi() as Document).paths)
    assert.deepEqual(
      named.map(({ get }) => get?.operationId),
      ['readOne', 'readOne_2'],
    )
  })
})

describe('route', () => {
  it('answers several methods with one handler', async () => {
    const { app, client } = makeApp()
    app.route(['GET', 'POST'], '/search', { in: { q: query(str()) } }, ({ q }) => q)
    app.include(
      route(['PUT', 'PATCH'], '/items/{id:int}', ({ id }) => id),
      { prefix: '/v1' },
    )
    assert.equal((await client.get('/search?q=a')).json(), 'a')
    assert.equal((await client.post('/search?q=b')).json(), 'b')
    assert.equal((await client.put('/v1/items/1')).json(), 1)
    assert.equal((await client.patch('/v1/items/2')).json(), 2)
    const refused = await client.delete('/search')
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD, POST'])
    const { paths } = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(Object.keys(paths['/search']!), ['get', 'post'])
  })

  it('refuses what is no list of methods', () => {
    for (const methods of [[], 'GET', ['get'], ['BREW']]) {
      assert.throws(() => route(methods as never, '/', () => 1), { code: 'CORE_OPTION' })
    }
  })
})

class Odd extends Error {}
class Odder extends Odd {}

describe('onError', () => {
  const fails = (path: string, make: () => unknown) =>
    get(path as '/x', () => {
      throw make()
    })

  it('lets the innermost router answer first, then those around it, then the app', async () => {
    const { app, client, logged } = makeApp()
    const routes = {
      odd: fails('/odd', () => new Odd()),
      odder: fails('/odder', () => new Odder()),
      http: fails('/http', () => new HttpError(409, 'taken')),
    }
    const inner = router(routes, {
      prefix: '/in',
      onError: [onError(Odder, () => reply(400, 'inner odder'))],
    })
    const outer = router(
      { ...routes, inner },
      { prefix: '/out', onError: [onError(Odd, () => reply(400, 'outer odd'))] },
    )
    app.include({ ...routes, outer })
    app.onError(409, (error) => ({ app: (error as HttpError).detail }))
    const seen: Record<string, unknown> = {}
    for (const at of [
      '/odd',
      '/out/odd',
      '/out/odder',
      '/out/in/odd',
      '/out/in/odder',
      '/out/in/http',
    ]) {
      const response = await client.get(at)
      seen[at] = [response.status, response.json()]
    }
    assert.deepEqual(seen, {
      '/odd': [500, { detail: 'Internal Server Error' }],
      '/out/odd': [400, 'outer odd'],
      '/out/odder': [400, 'outer odd'],
      '/out/in/odd': [400, 'outer odd'],
      '/out/in/odder': [400, 'inner odder'],
      '/out/in/http': [409, { app: 'taken' }],
    })
    assert.equal(logged.length, 1)
  })

  it('passes what a handler throws on to the next router', async () => {
    const { app, client } = makeApp()
    const rethrows = onError(Odd, () => {
      throw new HttpError(503, 'later')
    })
    app.include({ odd: fails('/odd', () => new Odd()) }, { onError: [rethrows] })
    app.onError(503, () => reply(503, 'the app says later'))
    assert.equal((await client.get('/odd')).json(), 'the app says later')
  })

  it('answers what is not there, and not allowed, by status', async () => {
    const { app, client } = makeApp()
    app.get('/a', () => 1)
    app.onError(404, (_, request) => ({ nothing: request.path }))
    app.onError(405, () => reply(405, 'no', { headers: { 'x-a': '1' } }))
    const missing = await client.get('/b')
    assert.deepEqual([missing.status, missing.json()], [404, { nothing: '/b' }])
    assert.equal((await client.post('/a')).headers.get('x-a'), '1')
  })

  it('answers invalid requests as status 422', async () => {
    const { app, client } = makeApp()
    app.get('/a', { in: { n: query(int()) } }, () => 1)
    app.onError(422, () => ({ wrong: true }))
    const response = await client.get('/a?n=x')
    assert.deepEqual([response.status, response.json()], [422, { wrong: true }])
  })

  it('answers what nobody has foreseen as status 500, and logs it once', async () => {
    const { app, client, logged } = makeApp()
    const odd = new Odd()
    app.include({ odd: fails('/odd', () => odd), tea: fails('/tea', () => new HttpError(418)) })
    app.onError(500, () => ({ sorry: true }))
    const response = await client.get('/odd')
    assert.deepEqual([response.status, response.json()], [500, { sorry: true }])
    assert.deepEqual(logged, [odd])
    assert.equal((await client.get('/tea')).status, 418)
  })

  it('refuses a second handler, and what is neither class nor status', () => {
    const { app } = makeApp()
    app.onError(404, () => 1)
    assert.throws(() => app.onError(404, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => onError(200, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => onError('404' as never, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => onError(Odd, 1 as never), { code: 'CORE_OPTION' })
  })
})
