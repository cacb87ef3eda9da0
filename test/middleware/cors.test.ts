import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import corsJudge, { type CorsOptions as JudgeOptions } from 'cors'
import * as fc from 'fast-check'
import { get, router } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { Future, sleep } from '../../src/future/index.ts'
import { HttpError, HttpResponse } from '../../src/http/index.ts'
import { type CorsOptions, cors, type Middleware } from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'
import { around, fieldsOf, now, text } from './support.ts'

const ORIGIN = 'https://app.example.com'

function ask(
  options: CorsOptions,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  inner: readonly Middleware[] = [],
): HttpResponse {
  const answer = around([cors(options), ...inner])
  return now(answer({ method, headers: Object.entries(headers) }))
}

function preflight(
  options: CorsOptions,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const asked = { origin: ORIGIN, 'access-control-request-method': 'PUT', ...headers }
  return ask(options, asked, 'OPTIONS')
}

describe('cors', () => {
  it('allows everybody by default, with the same answer for all', () => {
    for (const headers of [{}, { origin: ORIGIN }, { origin: 'null' }]) {
      const response = ask({}, headers)
      assert.deepEqual(fieldsOf(response), { 'access-control-allow-origin': '*' })
      assert.equal(response.body, 'ok')
    }
  })

  it('allows origins by name, expression, wildcard and predicate, and no others', () => {
    const cases: [origins: CorsOptions['origins'], origin: string, isAllowed: boolean][] = [
      [ORIGIN, ORIGIN, true],
      [ORIGIN, 'http://app.example.com', false],
      [ORIGIN, 'https://app.example.com:8443', false],
      [ORIGIN, 'https://app.example.com.evil.test', false],
      [['https://a.test', ORIGIN], ORIGIN, true],
      [['https://a.test', ORIGIN], 'https://b.test', false],
      ['null', 'null', true],
      [ORIGIN, 'null', false],
      ['https://*.example.com', 'https://app.example.com', true],
      ['https://*.example.com', 'https://a.b.example.com', true],
      ['https://*.example.com', 'https://example.com', false],
      ['https://*.example.com', 'https://evilexample.com', false],
      ['https://*.example.com', 'https://evil.test/.example.com', false],
      ['https://*.example.com', 'https://.example.com', false],
      ['https://*.example.com:8443', 'https://a.example.com:8443', true],
      [/https:\/\/(a|b)\.test/, 'https://b.test', true],
      [/https:\/\/(a|b)\.test/, 'https://b.test.evil.test', false],
      [/https:\/\/(a|b)\.test/, 'xhttps://b.test', false],
      [/https:\/\/a\.test|https:\/\/b\.test/, 'https://a.test.evil.test', false],
      [/^https:\/\/a\.test$/gi, 'https://A.test', true],
      [(origin) => origin.endsWith('.test'), 'https://x.test', true],
      [(origin) => origin.endsWith('.test'), ORIGIN, false],
    ]
    for (const [origins, origin, isAllowed] of cases) {
      const fields = fieldsOf(ask({ origins: origins ?? '*' }, { origin }))
      const expected = isAllowed ? origin : undefined
      assert.equal(fields['access-control-allow-origin'], expected, `${String(origins)} ${origin}`)
      assert.equal(fields['vary'], 'origin')
    }
  })

  it('asks a predicate each time, also one that has to wait', async () => {
    let asked = 0
    const origins = (origin: string): Future<boolean> => {
      asked++
      return sleep(1).then(() => origin === ORIGIN)
    }
    const answer = around([cors({ origins })])
    for (const [origin, allowed] of [
      [ORIGIN, ORIGIN],
      [ORIGIN, ORIGIN],
      ['https://b.test', undefined],
    ] as const) {
      const response = await answer({ headers: [['origin', origin]] })
      assert.equal(response.header('access-control-allow-origin'), allowed)
    }
    assert.equal(asked, 3)
  })

  it('answers a failure of the predicate as any other', async () => {
    const origins = (): Future<boolean> => Future.failed(new HttpError(503))
    const response = await around([cors({ origins })])({ headers: [['origin', ORIGIN]] })
    assert.equal(response.status, 503)
  })

  it('says that answers depend on the origin, also to requests without one', () => {
    assert.equal(ask({ origins: ORIGIN }, {}).header('vary'), 'origin')
  })

  it('adds to the Vary of the response', async () => {
    const varying =
      (value: string): Middleware =>
      (request, next) =>
        next(request).then((response) => response.withHeaders({ vary: value }))
    const cases = { 'accept-encoding': 'accept-encoding, origin', Origin: 'Origin', '*': '*' }
    for (const [value, expected] of Object.entries(cases)) {
      const answer = around([cors({ origins: ORIGIN }), varying(value)])
      const response = await answer({ headers: [['origin', ORIGIN]] })
      assert.equal(fieldsOf(response)['vary'], expected)
    }
  })

  it('sends credentials and exposed headers', () => {
    const options = { origins: ORIGIN, credentials: true, exposedHeaders: ['x-a', 'x-b'] }
    assert.deepEqual(fieldsOf(ask(options, { origin: ORIGIN })), {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-a, x-b',
      vary: 'origin',
    })
  })

  it('answers preflights itself', () => {
    const response = preflight(
      { origins: ORIGIN, credentials: true, maxAgeSeconds: 60 },
      { 'access-control-request-headers': 'X-One, x-two' },
    )
    assert.deepEqual([response.status, response.body], [204, null])
    assert.deepEqual(fieldsOf(response), {
      vary: 'origin, access-control-request-method, access-control-request-headers',
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, PUT, PATCH, POST, DELETE',
      'access-control-allow-headers': 'x-one, x-two',
      'access-control-max-age': '60',
    })
  })

  it('says in words what a preflight may not', () => {
    const options = { origins: ORIGIN, methods: ['GET', 'PUT'], headers: ['x-one'] }
    const cases: [headers: Record<string, string>, detail: string | undefined][] = [
      [{}, undefined],
      [{ 'access-control-request-headers': 'X-One, content-type, ACCEPT' }, undefined],
      [{ origin: 'https://b.test' }, 'Disallowed CORS origin'],
      [{ 'access-control-request-method': 'DELETE' }, 'Disallowed CORS method'],
      [{ 'access-control-request-headers': 'x-two' }, 'Disallowed CORS headers'],
      [
        {
          origin: 'https://b.test',
          'access-control-request-method': 'DELETE',
          'access-control-request-headers': 'x-one,x-two',
        },
        'Disallowed CORS origin, method, headers',
      ],
      [{ 'access-control-request-private-network': 'true' }, 'Disallowed CORS private-network'],
    ]
    for (const [headers, detail] of cases) {
      const response = preflight(options, headers)
      assert.equal(response.status, detail === undefined ? 204 : 400)
      if (detail !== undefined) assert.equal(response.body, JSON.stringify({ detail }))
    }
  })

  it('allows private networks if it is told to', () => {
    const asked = { 'access-control-request-private-network': 'true' }
    const fields = fieldsOf(preflight({ privateNetwork: true }, asked))
    assert.equal(fields['access-control-allow-private-network'], 'true')
    assert.match(fields['vary'] ?? '', /access-control-request-private-network/)
  })

  it('sends only names back', () => {
    const fields = fieldsOf(
      preflight({}, { 'access-control-request-headers': 'x-a, b"c, d<e>, x-f' }),
    )
    assert.equal(fields['access-control-allow-headers'], 'x-a, x-f')
    assert.equal(
      preflight({ methods: '*' }, { 'access-control-request-method': 'A B' }).status,
      400,
    )
  })

  it('lets an ordinary OPTIONS through', () => {
    assert.equal(ask({}, { origin: ORIGIN }, 'OPTIONS').body, 'ok')
    assert.equal(ask({}, { 'access-control-request-method': 'PUT' }, 'OPTIONS').body, 'ok')
  })

  it('counts once where two stand around a handler: the inner one', () => {
    const inner = cors({ origins: ORIGIN, credentials: true })
    const fields = fieldsOf(ask({}, { origin: ORIGIN }, 'GET', [inner]))
    assert.equal(fields['access-control-allow-origin'], ORIGIN)
    assert.equal(fields['vary'], 'origin')
  })

  it('refuses options that can never do what they say', () => {
    const wrong: unknown[] = [
      { credentials: true },
      { origins: ['*'], credentials: true },
      { origins: 'example.com' },
      { origins: 'https://example.com/' },
      { origins: 'https://Example.com' },
      { origins: 'https://example.com:443' },
      { origins: ['https://a.test', '*'] },
      { origins: 'https://a.*.test' },
      { origins: 7 },
      { methods: ['get'] },
      { headers: ['a b'] },
      { exposedHeaders: 'x-a' },
      { maxAgeSeconds: -1 },
      { preflightStatus: 404 },
      { credentials: 'yes', origins: ORIGIN },
      { origin: '*' },
    ]
    for (const options of wrong) {
      assert.throws(() => cors(options as CorsOptions), OptionError, JSON.stringify(options))
    }
    assert.throws(() => cors({ credentials: true }), /where credentials are allowed/)
  })
})

describe('cors in an app', () => {
  const asked = { origin: ORIGIN, 'access-control-request-method': 'PUT' }

  it('answers preflights for routes, and lets refusals be read', async () => {
    const { app, client } = makeApp({ use: [cors({ origins: ORIGIN })] })
    app.put('/x', () => {
      throw new HttpError(409)
    })
    assert.equal((await client.options('/x', { headers: asked })).status, 204)
    for (const path of ['/x', '/none']) {
      const response = await client.request('PUT', path, { headers: { origin: ORIGIN } })
      assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN)
    }
  })

  it('answers preflights where it stands around one route or router only', async () => {
    const { app, client } = makeApp()
    app.put('/x/{id:int}', { use: [cors({ origins: ORIGIN })] }, () => 1)
    app.get('/x/{id:int}', () => 1)
    app.include(router({ y: get('/y', () => 1) }, { use: [cors({ origins: ORIGIN })] }))
    assert.equal((await client.options('/x/1', { headers: asked })).status, 204)
    const get1 = { ...asked, 'access-control-request-method': 'GET' }
    assert.equal((await client.options('/x/1', { headers: get1 })).status, 405)
    assert.equal((await client.options('/y', { headers: get1 })).status, 204)
    assert.equal((await client.options('/y', { headers: asked })).status, 405)
  })

  it('is left out of a route with its preflights', async () => {
    const { app, client } = makeApp({ use: [cors()] })
    app.put('/x', { without: ['cors'] }, () => 1)
    const response = await client.options('/x', { headers: asked })
    assert.equal(response.status, 405)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  })
})

describe('cors against the package cors', () => {
  /** What the judge makes of a request, as headers in lower case. */
  function judge(
    options: JudgeOptions,
    method: string,
    headers: Record<string, string>,
  ): Record<string, string> {
    const fields: Record<string, string> = {}
    const response = {
      statusCode: 200,
      getHeader: (name: string) => fields[name.toLowerCase()],
      setHeader: (name: string, value: string | string[]) => {
        fields[name.toLowerCase()] = String(value)
      },
      end: () => undefined,
    }
    corsJudge(options)({ method, headers }, response, () => undefined)
    return fields
  }

  const origins = fc.constantFrom(ORIGIN, 'https://b.test', 'https://c.test:8443', 'null')
  const names = fc.uniqueArray(fc.constantFrom('x-a', 'x-b', 'x-c'), { minLength: 1 })
  const setting = fc.record({
    origins: fc.oneof(fc.constant('*' as const), fc.uniqueArray(origins, { minLength: 1 })),
    methods: fc.uniqueArray(fc.constantFrom('GET', 'PUT', 'DELETE'), { minLength: 1 }),
    headers: fc.option(names, { nil: undefined }),
    exposed: fc.option(names, { nil: undefined }),
    credentials: fc.boolean(),
  })

  it('lets the same programs read the same answers', () => {
    fc.assert(
      fc.property(setting, origins, names, fc.boolean(), (given, origin, wanted, isAsking) => {
        const credentials = given.credentials && given.origins !== '*'
        const method = isAsking ? 'OPTIONS' : 'GET'
        const headers = {
          origin,
          ...(isAsking && {
            'access-control-request-method': 'PUT',
            'access-control-request-headers': wanted.join(','),
          }),
        } as Record<string, string>
        const ours = ask(
          {
            origins: given.origins,
            methods: given.methods,
            credentials,
            ...(given.headers && { headers: given.headers }),
            ...(given.exposed && { exposedHeaders: given.exposed }),
          },
          headers,
          method,
        )
        const theirs = judge(
          {
            origin: given.origins,
            methods: given.methods,
            credentials,
            ...(given.headers && { allowedHeaders: given.headers }),
            ...(given.exposed && { exposedHeaders: given.exposed }),
          },
          method,
          headers,
        )
        const mine = fieldsOf(ours)
        assert.deepEqual(verdict(mine, isAsking, wanted), verdict(theirs, isAsking, wanted))
      }),
      { numRuns: 500 },
    )
  })

  /** What a browser would conclude, as the Fetch standard says: not how it is written. */
  function verdict(
    fields: Record<string, string>,
    isAsking: boolean,
    wanted: readonly string[],
  ): unknown {
    const list = (name: string): string[] =>
      (fields[name] ?? '')
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    const origin = fields['access-control-allow-origin']
    if (origin === undefined || origin === 'false') return 'unreadable'
    const credentials = fields['access-control-allow-credentials']
    if (!isAsking) return { origin, credentials, exposed: list('access-control-expose-headers') }
    const methods = list('access-control-allow-methods')
    const headers = list('access-control-allow-headers').map((each) => each.toLowerCase())
    const isFine = methods.includes('PUT') && wanted.every((name) => headers.includes(name))
    return isFine ? { origin, credentials } : 'refused'
  }
})

describe('cors with any origin', () => {
  it('never allows what is not listed', () => {
    const list = ['https://a.test', 'https://*.b.test', 'http://localhost:3000']
    const answer = around([cors({ origins: list })], () => text(200, ''))
    const part = fc.constantFrom(
      'https://',
      'http://',
      'a.test',
      '.b.test',
      'x',
      '.',
      ':',
      '3000',
      'localhost',
      '/',
      '@',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const origin = parts.join('')
        const allowed = now(answer({ headers: [['origin', origin]] })).header(
          'access-control-allow-origin',
        )
        if (allowed === undefined) return
        assert.equal(allowed, origin)
        const url = new URL(origin)
        assert.equal(url.origin, origin)
        const isListed =
          list.includes(origin) || (url.protocol === 'https:' && url.host.endsWith('.b.test'))
        assert.ok(isListed, origin)
      }),
      { numRuns: 2000 },
    )
  })
})
