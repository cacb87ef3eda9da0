import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { App, dep, get, router } from '../../src/app/index.ts'
import {
  oauth2AuthorizationCode,
  oauth2Password,
  security,
  securityScopes,
} from '../../src/security/index.ts'
import { TestClient } from '../../src/testing/index.ts'

const TOKEN = { headers: { authorization: 'Bearer testtoken' } }

function clientFor(app: App): TestClient {
  const client = new TestClient(app)
  after(() => client.close())
  return client
}

interface Operation {
  readonly security?: unknown
}

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

describe('security', () => {
  it('adds the scopes of all on the way, and makes a dependency once for each set', async () => {
    const calls = { db: 0, user: 0, me: 0, items: 0 }
    const db = dep(() => `db_session_${++calls.db}`)
    const user = dep({ scopes: securityScopes(), db }, ({ scopes, db: session }) => ({
      user: `user_${++calls.user}`,
      scopes: scopes.scopes,
      db: session,
    }))
    const me = dep({ user: security(user, ['me']) }, (inputs) => ({
      me: `user_me_${++calls.me}`,
      user: inputs.user,
    }))
    const items = dep({ me }, (inputs) => ({ items: `user_items_${++calls.items}`, me: inputs.me }))
    const app = new App()
    app.get('/', { in: { me, items: security(items, ['items']) } }, (inputs) => inputs)
    const response = await clientFor(app).get('/')
    assert.deepEqual(calls, { db: 1, user: 2, me: 2, items: 1 })
    assert.deepEqual(response.json(), {
      me: { me: 'user_me_1', user: { user: 'user_1', scopes: ['me'], db: 'db_session_1' } },
      items: {
        items: 'user_items_1',
        me: {
          me: 'user_me_2',
          user: { user: 'user_2', scopes: ['items', 'me'], db: 'db_session_1' },
        },
      },
    })
  })

  it('does not let the scopes of one dependency reach its neighbour', async () => {
    const read = { scopes: securityScopes() }
    const first = dep(read, ({ scopes }) => scopes.scopes)
    const second = dep(read, ({ scopes }) => scopes.text)
    const both = dep(
      { first: security(first, ['scope1']), second: security(second, ['scope2']) },
      (inputs) => inputs,
    )
    const app = new App()
    app.get('/scopes', { in: { both: security(both, ['scope3']) } }, (inputs) => inputs.both)
    assert.deepEqual((await clientFor(app).get('/scopes')).json(), {
      first: ['scope3', 'scope1'],
      second: 'scope3 scope2',
    })
  })

  it('makes what does not look at scopes once', async () => {
    let made = 0
    const plain = dep(() => ++made)
    const app = new App()
    const inputs = { a: plain, b: security(plain, ['b']), c: security(plain, ['c']) }
    app.get('/', { in: inputs }, (values) => values)
    assert.deepEqual((await clientFor(app).get('/')).json(), { a: 1, b: 1, c: 1 })
  })

  it('lets the dependency behind it be overridden', async () => {
    const user = dep({ token: oauth2Password({ tokenUrl: 'token' }) }, ({ token }) => token)
    const app = new App()
    app.get('/', { in: { user: security(user, ['me']) } }, (inputs) => inputs.user)
    const undo = app.override(user, 'fake')
    const client = clientFor(app)
    assert.equal((await client.get('/')).json(), 'fake')
    undo.undo()
    assert.equal((await client.get('/')).status, 401)
  })

  it('merges the scopes of each scheme in OpenAPI, also those of routers', async () => {
    const scheme = oauth2AuthorizationCode({
      authorizationUrl: 'authorize',
      tokenUrl: 'token',
      scopes: { read: 'Read access', write: 'Write access' },
    })
    const token = dep({ scheme }, (inputs) => inputs.scheme)
    const both = ['read', 'write']
    const ok = (): string => 'ok'
    const root = router(
      {
        root: get('/', ok),
        scheme: get('/scheme', { in: { a: security(scheme, both) } }, ok),
        token: get('/token', { in: { a: security(token, both) } }, ok),
        items: router(
          {
            list: get('/items/', { in: { t: scheme } }, (inputs) => inputs.t),
            all: get('/all/', { in: { t: security(scheme, both) } }, (inputs) => inputs.t),
          },
          { in: { guard: security(scheme, ['read']) } },
        ),
        open: get('/open', ok),
      },
      { in: { guard: token } },
    )
    const app = new App()
    app.include(root)
    const client = clientFor(app)
    const { paths } = (await client.get('/openapi.json')).json<Documented>()
    const name = 'OAuth2AuthorizationCodeBearer'
    const expected = {
      '/': [{ [name]: [] }],
      '/scheme': [{ [name]: both }],
      '/token': [{ [name]: both }],
      '/items/': [{ [name]: ['read'] }],
      '/all/': [{ [name]: both }],
      '/open': [{ [name]: [] }],
    }
    for (const [path, required] of Object.entries(expected)) {
      assert.deepEqual(paths[path]?.['get']?.security, required, path)
      assert.equal((await client.get(path)).status, 401)
      assert.equal((await client.get(path, TOKEN)).status, 200)
    }
  })
})
