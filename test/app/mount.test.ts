import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { App, dep, HttpError, int } from '../../src/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { makeApp } from './support.ts'

interface Document {
  readonly servers?: readonly { readonly url: string }[]
  readonly paths: Record<string, unknown>
}

describe('App.mount', () => {
  it('gives the other app what is below the path, with docs of its own', async () => {
    const { app, client } = makeApp({ title: 'Main' })
    const admin = new App({ title: 'Admin' })
    admin.get('/users/{id:int}', ({ id }) => ({ id }))
    admin.post('/', () => 'made')
    app.get('/users/{id:int}', () => 'main')
    app.mount('/admin', admin)
    assert.deepEqual((await client.get('/admin/users/7')).json(), { id: 7 })
    assert.equal((await client.post('/admin/')).json(), 'made')
    assert.equal((await client.get('/users/7')).json(), 'main')
    assert.equal((await client.get('/admin/nothing')).status, 404)
    assert.equal((await client.put('/admin/users/7')).headers.get('allow'), 'GET, HEAD')

    const own = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(Object.keys(own.paths), ['/users/{id}'])
    const theirs = (await client.get('/admin/openapi.json')).json<Document>()
    assert.deepEqual(Object.keys(theirs.paths), ['/users/{id}', '/'])
    assert.deepEqual(theirs.servers, [{ url: '/admin' }])
    assert.match((await client.get('/admin/docs')).text, /src="docs\/init\.js"/)
    assert.match((await client.get('/admin/docs/init.js')).text, /"url": "openapi\.json"/)
  })

  it('nests, and takes a prefix that was sent percent-encoded', async () => {
    const { app, client } = makeApp()
    const inner = new App()
    const middle = new App()
    inner.get('/x', () => 'inner')
    middle.get('/x', () => 'middle')
    middle.mount('/b/c', inner)
    app.mount('/a', middle)
    assert.equal((await client.get('/a/x')).json(), 'middle')
    assert.equal((await client.get('/a/b/c/x')).json(), 'inner')
    assert.equal((await client.get('/%61/b/c/x')).json(), 'inner')
    const { servers } = (await client.get('/a/b/c/openapi.json')).json<Document>()
    assert.deepEqual(servers, [{ url: '/a/b/c' }])
  })

  it('lets routes that say more go first, and a catch-all last', async () => {
    const { app, client } = makeApp()
    const sub = new App()
    sub.get('/a', () => 'sub a')
    sub.get('/b', () => 'sub b')
    app.get('/sub/a', () => 'main a')
    app.get('/{rest:path}', ({ rest }) => rest)
    app.mount('/sub', sub)
    assert.equal((await client.get('/sub/a')).json(), 'main a')
    assert.equal((await client.get('/sub/b')).json(), 'sub b')
    assert.equal((await client.get('/other/b')).json(), 'other/b')
  })

  it('keeps error handlers, dependencies and overrides apart', async () => {
    const { app, client } = makeApp()
    const sub = new App({ logError: () => {} })
    const value = dep(() => 'real')
    app.onError(HttpError, (error) => ({ main: error.status }))
    sub.onError(HttpError, (error) => ({ sub: error.status }))
    sub.get('/value', { in: { value } }, ({ value }) => value)
    app.mount('/sub', sub)
    assert.deepEqual((await client.get('/nothing')).json(), { main: 404 })
    assert.deepEqual((await client.get('/sub/nothing')).json(), { sub: 404 })
    app.override(value, 'fake')
    assert.equal((await client.get('/sub/value')).json(), 'real')
  })

  it('starts and stops the other app within its own life, and its core dependencies', async () => {
    const log: string[] = []
    const resource = (name: string) =>
      dep({ scope: 'core' }, function* () {
        log.push(`open ${name}`)
        yield name
        log.push(`close ${name}`)
      })
    const app = new App()
    const sub = new App()
    app.onStart({ a: resource('main') }, () => void log.push('start main'))
    app.onStop(() => void log.push('stop main'))
    sub.onStart({ b: resource('sub') }, () => void log.push('start sub'))
    sub.onStop(() => void log.push('stop sub'))
    app.mount('/sub', sub)
    await app.start()
    await app.stop()
    assert.deepEqual(log, [
      'open main',
      'open sub',
      'start sub',
      'start main',
      'stop main',
      'stop sub',
      'close sub',
      'close main',
    ])
  })

  it('stops what has started if another one cannot start', async () => {
    const log: string[] = []
    const app = new App()
    const good = new App()
    const bad = new App()
    good.lifespan(function* () {
      log.push('good starts')
      yield
      log.push('good stops')
    })
    bad.onStart(() => {
      throw new Error('no database')
    })
    app.mount('/good', good)
    app.mount('/bad', bad)
    await assert.rejects(Promise.resolve(app.start()), /no database/)
    assert.deepEqual(log, ['good starts', 'good stops'])
  })

  it('passes values of app dependencies on to mounted apps', async () => {
    const main = dep({ scope: 'app' }, () => ({ name: 'main' }))
    const inner = dep({ scope: 'app' }, () => ({ name: 'inner' }))
    const build = (): App => {
      const app = new App()
      const sub = new App()
      app.get('/', { in: { main } }, ({ main }) => main.name)
      sub.get('/', { in: { inner } }, ({ inner }) => inner.name)
      app.mount('/sub', sub)
      return app
    }
    const supervisor = build()
    const shared = await supervisor.startShared()
    assert.deepEqual(
      shared.map(({ value }) => value),
      [{ name: 'main' }, { name: 'inner' }],
    )
    const reactor = build()
    await reactor.startWith(shared)
    await reactor.stop()
    await supervisor.stopShared()
  })

  it('serves files of the other app', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mount-'))
    after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'hello.txt'), 'hello')
    const { app, client } = makeApp()
    const sub = new App()
    sub.static('/files', folder)
    app.mount('/sub', sub)
    assert.equal((await client.get('/sub/files/hello.txt')).text, 'hello')
    assert.equal((await client.get('/sub/files')).headers.get('location'), '/sub/files/')
  })

  it('refuses what cannot be mounted', () => {
    const app = new App()
    const sub = new App()
    for (const prefix of ['', '/', 'sub', '/sub/', '/{id}', 7]) {
      assert.throws(() => app.mount(prefix as string, new App()), { code: 'CORE_OPTION' })
    }
    assert.throws(() => app.mount('/sub', {} as App), { code: 'CORE_OPTION' })
    assert.throws(() => app.mount('/sub', app), { code: 'CORE_OPTION' })
    app.mount('/sub', sub)
    assert.throws(() => app.mount('/again', sub), { code: 'CORE_OPTION' })
    assert.throws(() => sub.mount('/loop', app), { code: 'CORE_OPTION' })
  })
})

describe('AppOptions.rootPath', () => {
  it('is what clients write in front: in servers and redirects', async () => {
    const { app, client } = makeApp({
      rootPath: '/api/v1',
      servers: [{ url: 'https://example.com' }],
    })
    app.get('/items/', () => 'items')
    const { servers } = (await client.get('/openapi.json')).json<Document>()
    assert.deepEqual(servers, [{ url: '/api/v1' }, { url: 'https://example.com' }])
    assert.match((await client.get('/docs/init.js')).text, /"url": "openapi\.json"/)
    assert.equal((await client.get('/items?q=1')).headers.get('location'), '/api/v1/items/?q=1')
  })

  it('is left out of servers on request, and a mounted app may have another one', async () => {
    const { app, client } = makeApp({ rootPath: '/a', rootPathInServers: false })
    app.mount('/sub', new App({ rootPath: '/elsewhere' }))
    assert.equal((await client.get('/openapi.json')).json<Document>().servers, undefined)
    const { servers } = (await client.get('/sub/openapi.json')).json<Document>()
    assert.deepEqual(servers, [{ url: '/elsewhere' }])
  })

  it('refuses what is no path', () => {
    for (const rootPath of ['v1', '//evil', '/a//b', '/a?b', 7]) {
      assert.throws(() => new App({ rootPath: rootPath as string }), { code: 'CORE_OPTION' })
    }
  })
})

describe('AppOptions.redirectSlashes', () => {
  it('redirects to the path with or without the slash, and keeps method and query', async () => {
    const { app, client } = makeApp()
    app.get('/items/', () => 'items')
    app.post('/users', () => 'users')
    const cases = [
      ['GET', '/items', 307, '/items/'],
      ['GET', '/items?a=%20b', 307, '/items/?a=%20b'],
      ['POST', '/users/', 307, '/users'],
      ['DELETE', '/users/', 307, '/users'],
      ['GET', '/nothing/', 404, null],
      ['GET', '/', 404, null],
      ['GET', '//items', 404, null],
    ] as const
    for (const [method, path, status, location] of cases) {
      const response = await client.request(method, path)
      assert.deepEqual(
        [response.status, response.headers.get('location')],
        [status, location],
        path,
      )
    }
  })

  it('redirects into mounted apps with their prefix', async () => {
    const { app, client } = makeApp()
    const sub = new App()
    sub.get('/', () => 'home')
    sub.get('/items/', () => 'items')
    app.mount('/sub', sub)
    assert.equal((await client.get('/sub')).headers.get('location'), '/sub/')
    assert.equal((await client.get('/sub/items')).headers.get('location'), '/sub/items/')
  })

  it('never sends to another host', async () => {
    const { app, client } = makeApp()
    app.get('/{a}/{b}/', () => 1)
    app.get('/{rest:path}', () => 2)
    const bare = new App({ redirectSlashes: true })
    bare.get('/{a:int}/{b}/', () => 1)
    const other = new TestClient(bare)
    after(() => other.close())
    for (const path of ['//evil.example', '//evil.example/x', '/%5Cevil.example/x']) {
      for (const each of [client, other]) {
        const location = (await each.get(path)).headers.get('location')
        assert.ok(location === null || !/^[/\\]{2}/.test(location), path)
      }
    }
  })

  it('can be turned off', async () => {
    const { app, client } = makeApp({ redirectSlashes: false })
    app.get('/items/', () => 'items')
    assert.equal((await client.get('/items')).status, 404)
  })
})

describe('AppOptions.in', () => {
  it('is needed by every route, and not by the docs or mounted apps', async () => {
    const seen: string[] = []
    const note = dep(() => void seen.push('guard'))
    const { app, client } = makeApp({ in: { note } })
    const sub = new App()
    sub.get('/', () => 1)
    app.get('/a', () => 1)
    app.mount('/sub', sub)
    await client.get('/a')
    await client.get('/sub/')
    await client.get('/openapi.json')
    assert.deepEqual(seen, ['guard'])
    assert.throws(() => new App({ in: { x: int() } as never }), { code: 'CORE_OPTION' })
  })
})
