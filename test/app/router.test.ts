import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { del, dep, get, head, options, patch, post, put, router } from '../../src/app/index.ts'
import { HttpError } from '../../src/http/index.ts'
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
    assert.throws(() => app.include({} as never), { code: 'CORE_OPTION' })
  })
})
