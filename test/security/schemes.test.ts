import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { App, body, type Dependency, dep, query } from '../../src/app/index.ts'
import { int, object } from '../../src/schema/index.ts'
import {
  apiKey,
  httpBasic,
  httpBearer,
  httpDigest,
  httpScheme,
  oauth2,
  oauth2AuthorizationCode,
  oauth2Password,
  oauth2PasswordRequestForm,
  oauth2PasswordRequestFormStrict,
  openIdConnect,
  type SchemeOptions,
  security,
} from '../../src/security/index.ts'
import { TestClient, type TestRequestOptions } from '../../src/testing/index.ts'

const FORBIDDEN = { detail: 'Not authenticated' }

/** One scheme of FastAPI's `tests/test_security_*.py`: what it takes, refuses, and says of itself. */
interface SchemeCase {
  readonly title: string
  readonly make: (options: SchemeOptions) => Dependency<unknown>
  readonly challenge: string
  readonly name: string
  readonly definition: object
  readonly accepted: readonly (readonly [TestRequestOptions, unknown])[]
  readonly refused: readonly TestRequestOptions[]
}

function authorization(value: string): TestRequestOptions {
  return { headers: { authorization: value } }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

const OTHER_AND_EMPTY = [{}, authorization(''), authorization('Other invalidauthorization')]

const CASES: readonly SchemeCase[] = [
  {
    title: 'apiKey in a cookie',
    make: (options) => apiKey({ in: 'cookie', name: 'key', ...options }),
    challenge: 'APIKey',
    name: 'APIKeyCookie',
    definition: { type: 'apiKey', in: 'cookie', name: 'key' },
    accepted: [[{ cookies: { key: 'secret' } }, 'secret']],
    refused: [{}, { cookies: { key: '' } }, { headers: { key: 'secret' } }],
  },
  {
    title: 'apiKey in a header',
    make: (options) => apiKey({ in: 'header', name: 'Key', ...options }),
    challenge: 'APIKey',
    name: 'APIKeyHeader',
    definition: { type: 'apiKey', in: 'header', name: 'Key' },
    accepted: [[{ headers: { key: 'secret' } }, 'secret']],
    refused: [{}, { headers: { key: '' } }, { query: { key: 'secret' } }],
  },
  {
    title: 'apiKey in the query',
    make: (options) => apiKey({ in: 'query', name: 'key', ...options }),
    challenge: 'APIKey',
    name: 'APIKeyQuery',
    definition: { type: 'apiKey', in: 'query', name: 'key' },
    accepted: [
      [{ query: { key: 'secret' } }, 'secret'],
      [{ query: { key: ['first', 'last & best'] } }, 'last & best'],
    ],
    refused: [{}, { query: { key: '' } }, { headers: { key: 'secret' } }],
  },
  {
    title: 'httpScheme',
    make: (options) => httpScheme({ scheme: 'Other', ...options }),
    challenge: 'Other',
    name: 'HTTPBase',
    definition: { type: 'http', scheme: 'Other' },
    accepted: [[authorization('Other foobar'), { scheme: 'Other', credentials: 'foobar' }]],
    refused: [{}, authorization(''), authorization('Other'), authorization('Other ')],
  },
  {
    title: 'httpBearer',
    make: (options) => httpBearer(options),
    challenge: 'Bearer',
    name: 'HTTPBearer',
    definition: { type: 'http', scheme: 'bearer' },
    accepted: [
      [authorization('Bearer foobar'), { scheme: 'Bearer', credentials: 'foobar' }],
      [authorization('bearer   foobar '), { scheme: 'bearer', credentials: 'foobar' }],
    ],
    refused: [...OTHER_AND_EMPTY, authorization('Basic notreally'), authorization('Bearer')],
  },
  {
    title: 'httpDigest',
    make: (options) => httpDigest(options),
    challenge: 'Digest',
    name: 'HTTPDigest',
    definition: { type: 'http', scheme: 'digest' },
    accepted: [[authorization('Digest foobar'), { scheme: 'Digest', credentials: 'foobar' }]],
    refused: OTHER_AND_EMPTY,
  },
  {
    title: 'httpBasic',
    make: (options) => httpBasic(options),
    challenge: 'Basic',
    name: 'HTTPBasic',
    definition: { type: 'http', scheme: 'basic' },
    accepted: [
      [authorization(`Basic ${base64('john:secret')}`), { username: 'john', password: 'secret' }],
      [authorization(`basic ${base64('a:b:c')}`), { username: 'a', password: 'b:c' }],
      [authorization(`Basic ${base64('zoë:pässword')}`), { username: 'zoë', password: 'pässword' }],
      [authorization(`Basic ${base64(':')}`), { username: '', password: '' }],
    ],
    refused: OTHER_AND_EMPTY,
  },
  {
    title: 'httpBasic with a realm',
    make: (options) => httpBasic({ realm: 'simple', ...options }),
    challenge: 'Basic realm="simple"',
    name: 'HTTPBasic',
    definition: { type: 'http', scheme: 'basic' },
    accepted: [],
    refused: OTHER_AND_EMPTY,
  },
  {
    title: 'oauth2',
    make: (options) =>
      oauth2({
        flows: { password: { tokenUrl: 'token', scopes: { 'read:users': 'Read the users' } } },
        ...options,
      }),
    challenge: 'Bearer',
    name: 'OAuth2',
    definition: {
      type: 'oauth2',
      flows: { password: { scopes: { 'read:users': 'Read the users' }, tokenUrl: 'token' } },
    },
    accepted: [
      [authorization('Bearer footokenbar'), 'Bearer footokenbar'],
      [authorization('Other footokenbar'), 'Other footokenbar'],
    ],
    refused: [{}, authorization('')],
  },
  {
    title: 'oauth2Password',
    make: (options) => oauth2Password({ tokenUrl: 'token', ...options }),
    challenge: 'Bearer',
    name: 'OAuth2PasswordBearer',
    definition: { type: 'oauth2', flows: { password: { scopes: {}, tokenUrl: 'token' } } },
    accepted: [[authorization('Bearer testtoken'), 'testtoken']],
    refused: [{}, authorization('Notexistent testtoken')],
  },
  {
    title: 'oauth2AuthorizationCode',
    make: (options) =>
      oauth2AuthorizationCode({ authorizationUrl: 'authorize', tokenUrl: 'token', ...options }),
    challenge: 'Bearer',
    name: 'OAuth2AuthorizationCodeBearer',
    definition: {
      type: 'oauth2',
      flows: {
        authorizationCode: { scopes: {}, authorizationUrl: 'authorize', tokenUrl: 'token' },
      },
    },
    accepted: [[authorization('Bearer testtoken'), 'testtoken']],
    refused: [{}, authorization('Non-existent testtoken')],
  },
  {
    title: 'openIdConnect',
    make: (options) => openIdConnect({ openIdConnectUrl: '/openid', ...options }),
    challenge: 'Bearer',
    name: 'OpenIdConnect',
    definition: { type: 'openIdConnect', openIdConnectUrl: '/openid' },
    accepted: [
      [authorization('Bearer footokenbar'), 'Bearer footokenbar'],
      [authorization('Other footokenbar'), 'Other footokenbar'],
    ],
    refused: [{}],
  },
]

interface Documented {
  readonly components: { readonly securitySchemes: unknown }
  readonly paths: Readonly<Record<string, { readonly get: { readonly security: unknown } }>>
}

function disposeAfter(client: TestClient): TestClient {
  after(() => client.close())
  return client
}

function clientOf(scheme: Dependency<unknown>): TestClient {
  const app = new App()
  app.get('/me', { in: { scheme } }, ({ scheme: value }) => ({ value: value ?? 'nobody' }))
  return new TestClient(app)
}

for (const { title, make, challenge, name, definition, accepted, refused } of CASES) {
  describe(title, () => {
    for (const [options, value] of accepted) {
      it(`takes ${JSON.stringify(options)}`, async () => {
        const client = disposeAfter(clientOf(make({})))
        const response = await client.get('/me', options)
        assert.equal(response.status, 200)
        assert.deepEqual(response.json(), { value })
      })
    }

    for (const options of refused) {
      it(`answers 401 to ${JSON.stringify(options)}`, async () => {
        const client = disposeAfter(clientOf(make({})))
        const response = await client.get('/me', options)
        assert.equal(response.status, 401)
        assert.equal(response.headers.get('www-authenticate'), challenge)
        assert.deepEqual(response.json(), FORBIDDEN)
      })

      it(`gives nothing for ${JSON.stringify(options)} with autoError: false`, async () => {
        const client = disposeAfter(clientOf(make({ autoError: false })))
        const response = await client.get('/me', options)
        assert.equal(response.status, 200)
        assert.deepEqual(response.json(), { value: 'nobody' })
      })
    }

    it('is in OpenAPI, with its description', async () => {
      const description = 'Who are you?'
      const client = disposeAfter(clientOf(make({ description })))
      const { components, paths } = (await client.get('/openapi.json')).json<Documented>()
      const expected = { [name]: { ...definition, description } }
      assert.deepEqual(components.securitySchemes, expected)
      assert.deepEqual(paths['/me']?.get.security, [{ [name]: [] }])
    })
  })
}

describe('httpBasic with autoError: false', () => {
  for (const sent of ['Basic notabase64token', `Basic ${base64('johnsecret')}`, 'Basic /////w==']) {
    it(`refuses ${sent}, as the client has tried`, async () => {
      const client = disposeAfter(clientOf(httpBasic({ autoError: false })))
      const response = await client.get('/me', authorization(sent))
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), 'Basic')
    })
  }
})

describe('schemes', () => {
  it('refuse options that mean nothing', () => {
    const calls: readonly (() => unknown)[] = [
      () => apiKey({ in: 'body' as 'query', name: 'key' }),
      () => apiKey({ in: 'query', name: '' }),
      () => httpBasic({ realm: 'a"b' }),
      () => httpBearer({ autoErrors: false } as never),
      () => httpScheme({ scheme: 'no token' }),
      () => oauth2({ flows: { magic: {} } as never }),
      () => oauth2Password({ tokenUrl: '' }),
      () => oauth2Password({ tokenUrl: 'token', scopes: { 'a b': 'blank' } }),
      () => oauth2AuthorizationCode({ tokenUrl: 'token' } as never),
      () => openIdConnect({} as never),
      () => security(httpBearer(), ['a b']),
      () => security({} as never, []),
    ]
    for (const call of calls) assert.throws(call, { code: 'CORE_OPTION' }, String(call))
  })

  it('answer 401 before anything is said of other inputs, and before a body is read', async () => {
    const app = new App()
    const user = dep({ token: oauth2Password({ tokenUrl: 'token' }) }, ({ token }) => token)
    const inputs = { user, n: query(int()), data: body(object({ n: int() })) }
    app.post('/n', { in: inputs }, ({ user: token, n, data }) => ({ token, sum: n + data.n }))
    const client = disposeAfter(new TestClient(app))
    const broken = { query: { n: 'x' }, body: '{', headers: { 'content-type': 'text/plain' } }
    assert.equal((await client.post('/n', broken)).status, 401)
    const known = { ...authorization('Bearer t'), query: { n: 'x' }, json: { n: 'y' } }
    const invalid = await client.post('/n', known)
    assert.equal(invalid.status, 422)
    const valid = await client.post('/n', { ...known, query: { n: 1 }, json: { n: 2 } })
    assert.deepEqual(valid.json(), { token: 't', sum: 3 })
  })

  it('do not ask for what an invalid input is needed for', async () => {
    const asked: string[] = []
    const guard = dep({ token: httpBearer(), n: query(int()) }, ({ n }) => {
      asked.push(String(n))
      return n
    })
    const app = new App()
    app.get('/', { in: { guard } }, ({ guard: n }) => n)
    const client = disposeAfter(new TestClient(app))
    assert.equal((await client.get('/?n=x')).status, 401)
    assert.equal((await client.get('/?n=x', authorization('Bearer t'))).status, 422)
    assert.deepEqual(asked, [])
    assert.equal((await client.get('/?n=4', authorization('Bearer t'))).json(), 4)
  })
})

describe('oauth2PasswordRequestForm', () => {
  const make = (strict: boolean): TestClient => {
    const app = new App()
    const login = strict ? oauth2PasswordRequestFormStrict() : oauth2PasswordRequestForm()
    app.post('/login', { in: { login } }, (inputs) => inputs.login)
    return new TestClient(app)
  }
  const form = (fields: Record<string, string>): TestRequestOptions => ({
    form: new URLSearchParams(fields),
  })
  const missing = (name: string): object => ({
    type: 'missing',
    loc: ['body', name],
    msg: 'Field required',
    input: null,
  })

  it('reads a login', async () => {
    const client = disposeAfter(make(false))
    const sent = { username: 'johndoe', password: 'secret', scope: 'me  items', client_id: 'app' }
    assert.deepEqual((await client.post('/login', form(sent))).json(), {
      username: 'johndoe',
      password: 'secret',
      scopes: ['me', 'items'],
      clientId: 'app',
    })
  })

  it('says what is missing', async () => {
    const client = disposeAfter(make(false))
    const response = await client.post('/login')
    assert.equal(response.status, 422)
    assert.deepEqual(response.json(), { detail: [missing('username'), missing('password')] })
  })

  it('insists on the grant type when it is strict', async () => {
    const client = disposeAfter(make(true))
    const login = { username: 'johndoe', password: 'secret' }
    assert.deepEqual((await client.post('/login', form(login))).json(), {
      detail: [missing('grant_type')],
    })
    const good = await client.post('/login', form({ ...login, grant_type: 'password' }))
    assert.equal(good.status, 200)
  })

  for (const grant of ['incorrect', 'passwordblah', 'blahpassword']) {
    for (const strict of [true, false]) {
      it(`refuses the grant type ${grant}, strict or not (${strict})`, async () => {
        const client = disposeAfter(make(strict))
        const sent = form({ username: 'johndoe', password: 'secret', grant_type: grant })
        const response = await client.post('/login', sent)
        assert.equal(response.status, 422)
        assert.deepEqual(response.json(), {
          detail: [
            {
              type: 'string_pattern_mismatch',
              loc: ['body', 'grant_type'],
              msg: "String should match pattern '^password$'",
              input: grant,
              ctx: { pattern: '^password$' },
            },
          ],
        })
      })
    }
  }
})
