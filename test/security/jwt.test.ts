import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { App } from '../../src/app/index.ts'
import { object, str } from '../../src/schema/index.ts'
import {
  apiKey,
  httpBearer,
  type JwtOptions,
  JwtVerifier,
  jwt,
  oauth2Password,
  type SignJwtOptions,
  security,
  signJwt,
} from '../../src/security/index.ts'
import { TestClient, type TestRequestOptions } from '../../src/testing/index.ts'

const SECRET = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'
const OTHER = 'another secret of at least thirty-two bytes'
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ED = generateKeyPairSync('ed25519')

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token as an attacker makes one: any header, and an HMAC with any key. */
function forge(header: object, claims: object, key: string | Uint8Array): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

const NEVER = 4_102_444_800
const CLAIMS = { sub: 'johndoe', exp: NEVER }

async function problemOf(token: string, options: JwtOptions): Promise<string> {
  try {
    await new JwtVerifier(options).verify(token)
    return 'none'
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'SECURITY_JWT', String(error))
    return (error as { problem: string }).problem
  }
}

describe('signJwt', () => {
  const pairs: readonly (readonly [string, SignJwtOptions, JwtOptions])[] = [
    ['HS256', { secret: SECRET }, { secret: SECRET }],
    ['HS512', { secret: SECRET, algorithm: 'HS512' }, { secret: SECRET, algorithms: ['HS512'] }],
    ['RS256', { privateKey: RSA.privateKey }, { keys: pem(RSA.publicKey) }],
    ['PS384', { privateKey: RSA.privateKey, algorithm: 'PS384' }, { keys: RSA.publicKey }],
    [
      'ES256',
      { privateKey: EC.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      { keys: EC.publicKey.export({ format: 'jwk' }) },
    ],
    [
      'EdDSA',
      { privateKey: ED.privateKey.export({ format: 'jwk' }) },
      { keys: [RSA.publicKey, ED.publicKey] },
    ],
  ]
  for (const [algorithm, sign, verify] of pairs) {
    it(`makes a token that its other half takes, with ${algorithm}`, async () => {
      const token = await signJwt({ sub: 'johndoe' }, sign)
      const [header = ''] = token.split('.')
      assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
        alg: algorithm,
        typ: 'JWT',
      })
      const { exp = 0, iat = 0, sub } = await new JwtVerifier(verify).verify(token)
      assert.equal(sub, 'johndoe')
      assert.equal(exp - iat, 900)
    })
  }

  it('refuses options that mean nothing', async () => {
    const wrong: readonly SignJwtOptions[] = [
      {},
      { secret: 'short' },
      { secret: SECRET, privateKey: RSA.privateKey },
      { secret: SECRET, algorithm: 'RS256' },
      { secret: SECRET, algorithm: 'none' as 'HS256' },
      { secret: SECRET, expiresInSeconds: 0 },
      { privateKey: EC.privateKey, algorithm: 'RS256' },
      { privateKey: RSA.publicKey },
      { secret: SECRET, expiry: 3 } as never,
    ]
    for (const options of wrong) {
      await assert.rejects(signJwt({}, options).toPromise(), { code: 'CORE_OPTION' })
    }
  })

  it('never says a secret in a message', async () => {
    const secret = 'this-is-secret'
    const failure = signJwt({}, { secret }).toPromise()
    await assert.rejects(failure, ({ message }: Error) => !message.includes(secret))
  })
})

describe('JwtVerifier', () => {
  const good = { alg: 'HS256', typ: 'JWT' }
  const withKeys = { keys: pem(RSA.publicKey) }
  const withSecret = { secret: SECRET }
  const ATTACKS: readonly (readonly [string, string, JwtOptions, string])[] = [
    ['no token at all', '', withSecret, 'malformed'],
    ['text', 'not a token', withSecret, 'malformed'],
    ['a token of 20,000 characters', 'a'.repeat(20_000), withSecret, 'malformed'],
    ['alg none', `${encode({ alg: 'none' })}.${encode(CLAIMS)}.`, withSecret, 'algorithm'],
    ['alg nOnE', `${encode({ alg: 'nOnE' })}.${encode(CLAIMS)}.`, withSecret, 'algorithm'],
    ['no alg', `${encode({ typ: 'JWT' })}.${encode(CLAIMS)}.`, withSecret, 'algorithm'],
    [
      'a public key taken for a secret',
      forge(good, CLAIMS, pem(RSA.publicKey)),
      withKeys,
      'algorithm',
    ],
    ['another secret', forge(good, CLAIMS, OTHER), withSecret, 'signature'],
    ['an empty secret', forge(good, CLAIMS, ''), withSecret, 'signature'],
    ['no signature', `${encode(good)}.${encode(CLAIMS)}.`, withSecret, 'signature'],
    [
      'a stronger alg than is accepted',
      forge({ alg: 'HS512' }, CLAIMS, SECRET),
      withSecret,
      'algorithm',
    ],
    [
      'its own key in the header',
      forge({ ...good, jwk: { kty: 'oct', k: encode(OTHER) } }, CLAIMS, OTHER),
      withSecret,
      'signature',
    ],
    [
      'a key id that is a path, or SQL',
      forge({ ...good, kid: "../../dev/null' or 1=1 --" }, CLAIMS, ''),
      withSecret,
      'signature',
    ],
    [
      'critical header that nobody understands',
      forge({ ...good, crit: ['exp2'], exp2: 1 }, CLAIMS, SECRET),
      withSecret,
      'malformed',
    ],
    ['claims that are no object', forge(good, ['sub'], SECRET), withSecret, 'malformed'],
    ['no expiry', forge(good, { sub: 'x' }, SECRET), withSecret, 'claims'],
    ['an expiry that is text', forge(good, { exp: '9999999999' }, SECRET), withSecret, 'claims'],
    ['an expiry in the past', forge(good, { exp: 1_000 }, SECRET), withSecret, 'expired'],
    ['a start in the future', forge(good, { ...CLAIMS, nbf: NEVER }, SECRET), withSecret, 'claims'],
    [
      'an audience, where none is expected',
      forge(good, { ...CLAIMS, aud: 'a' }, SECRET),
      withSecret,
      'claims',
    ],
    [
      'another audience',
      forge(good, { ...CLAIMS, aud: ['b', 'c'] }, SECRET),
      { ...withSecret, audience: 'a' },
      'claims',
    ],
    ['no issuer', forge(good, CLAIMS, SECRET), { ...withSecret, issuer: 'me' }, 'claims'],
    ['another type', forge(good, CLAIMS, SECRET), { ...withSecret, type: 'at+jwt' }, 'claims'],
    [
      'an age beyond the limit',
      forge(good, { ...CLAIMS, iat: 1_000 }, SECRET),
      { ...withSecret, maxAgeSeconds: 60 },
      'expired',
    ],
    [
      'claims that the schema refuses',
      forge(good, { ...CLAIMS, sub: 7 }, SECRET),
      { ...withSecret, claims: object({ sub: str() }) },
      'claims',
    ],
  ]
  for (const [title, token, options, problem] of ATTACKS) {
    it(`refuses ${title}`, async () => {
      assert.equal(await problemOf(token, options), problem)
    })
  }

  it('takes a token that says what is asked for', async () => {
    const claims = { ...CLAIMS, aud: ['a', 'b'], iss: 'me' }
    const token = forge(good, claims, SECRET)
    const verifier = new JwtVerifier({ ...withSecret, audience: 'a', issuer: ['you', 'me'] })
    assert.deepEqual(await verifier.verify(token), claims)
    const any = new JwtVerifier({ ...withSecret, audience: false })
    assert.deepEqual(await any.verify(token), claims)
  })

  it('takes every secret of a list, and signs with the first: keys rotate', async () => {
    const secret = [OTHER, SECRET]
    const fresh = await signJwt({ sub: 'new' }, { secret })
    assert.equal(await problemOf(fresh, { secret: OTHER }), 'none')
    assert.equal(await problemOf(forge(good, CLAIMS, SECRET), { secret }), 'none')
    assert.equal(await problemOf(forge(good, CLAIMS, SECRET), { secret: OTHER }), 'signature')
  })

  it('bears clocks that differ by as much as is allowed', async () => {
    const now = (): number => 1_000_000_000
    const token = await signJwt({}, { secret: SECRET, expiresInSeconds: 10, now })
    const at = (ms: number): JwtOptions => ({
      secret: SECRET,
      clockToleranceSeconds: 5,
      now: () => now() + ms,
    })
    assert.equal(await problemOf(token, at(14_000)), 'none')
    assert.equal(await problemOf(token, at(16_000)), 'expired')
  })

  it('chooses among keys by id, and tries those without one', async () => {
    const second = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = (key: KeyObject, kid?: string): JsonWebKey => ({
      ...key.export({ format: 'jwk' }),
      ...(kid === undefined ? undefined : { kid }),
    })
    const token = await signJwt({}, { privateKey: second.privateKey, keyId: 'b' })
    const named = [jwk(EC.publicKey, 'a'), jwk(second.publicKey, 'b')]
    assert.equal(await problemOf(token, { keys: named }), 'none')
    const renamed = [jwk(EC.publicKey, 'b'), jwk(second.publicKey, 'a')]
    assert.equal(await problemOf(token, { keys: renamed }), 'signature')
    assert.equal(await problemOf(token, { keys: [jwk(EC.publicKey, 'a')] }), 'key')
    const nameless = [jwk(EC.publicKey), jwk(second.publicKey)]
    assert.equal(await problemOf(token, { keys: nameless }), 'none')
  })

  it('refuses a token with any character changed', async () => {
    const token = await signJwt({ sub: 'johndoe' }, { secret: SECRET })
    const verifier = new JwtVerifier({ secret: SECRET })
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 2),
        fc.constantFrom(...alphabet.split('')),
        async (at, character) => {
          fc.pre(token[at] !== character)
          const changed = `${token.slice(0, at)}${character}${token.slice(at + 1)}`
          await assert.rejects(verifier.verify(changed).toPromise(), { code: 'SECURITY_JWT' })
        },
      ),
      { numRuns: 300, seed: 6 },
    )
  })

  it('refuses options that could never be safe', () => {
    const url = 'https://id.example.com/jwks'
    const wrong: readonly object[] = [
      {},
      { secret: SECRET, keys: pem(RSA.publicKey) },
      { secret: 'too short' },
      { secret: pem(RSA.publicKey) },
      { secret: SECRET, algorithms: ['RS256'] },
      { secret: SECRET, algorithms: ['none'] },
      { secret: SECRET, algorithms: ['HS512', 'HS256', 'HS1'] },
      { secret: 'x'.repeat(40), algorithms: ['HS512'] },
      { keys: pem(RSA.publicKey), algorithms: ['HS256'] },
      { keys: [] },
      { keys: 'secret' },
      { keys: generateKeyPairSync('x25519').publicKey },
      { jwksUrl: url, audience: 'a' },
      { jwksUrl: url, issuer: 'i' },
      { jwksUrl: 'http://id.example.com/jwks', issuer: 'i', audience: 'a' },
      { jwksUrl: 'nonsense', issuer: 'i', audience: 'a' },
      { jwksUrl: url, issuer: 'i', audience: 'a', jwks: { cache: 3 } },
      { secret: SECRET, jwks: {} },
      { secret: SECRET, claims: {} },
      { secret: SECRET, audiences: 'a' },
    ]
    for (const options of wrong) {
      assert.throws(
        () => new JwtVerifier(options),
        { code: 'CORE_OPTION' },
        JSON.stringify(options),
      )
    }
  })
})

describe('jwt', () => {
  function bearer(token: string): TestRequestOptions {
    return { headers: { authorization: `Bearer ${token}` } }
  }

  it('gives the claims that its schema says', async () => {
    const claims = jwt({ secret: SECRET, claims: object({ sub: str() }) })
    const app = new App()
    app.get('/me', { in: { claims } }, (inputs) => inputs.claims.sub.toUpperCase())
    const client = new TestClient(app)
    const response = await client.get('/me', bearer(forge({ alg: 'HS256' }, CLAIMS, SECRET)))
    assert.equal(response.json(), 'JOHNDOE')
    await client.close()
  })

  it('answers as RFC 6750 says', async () => {
    const claims = jwt({ secret: SECRET, scheme: oauth2Password({ tokenUrl: 'token' }) })
    const app = new App()
    app.get('/', { in: { claims } }, () => 'ok')
    app.get('/items', { in: { claims: security(claims, ['items', 'me']) } }, () => 'ok')
    const client = new TestClient(app)
    const sign = async (scope: unknown): Promise<TestRequestOptions> =>
      bearer(await signJwt({ sub: 'x', scope }, { secret: SECRET }))
    const expired = bearer(forge({ alg: 'HS256' }, { exp: 5 }, SECRET))
    const cases = [
      [await client.get('/'), 401, 'Bearer'],
      [
        await client.get('/', expired),
        401,
        'Bearer error="invalid_token", error_description="The token has expired"',
      ],
      [
        await client.get('/items', bearer('x')),
        401,
        'Bearer error="invalid_token", error_description="The token is malformed", scope="items me"',
      ],
      [
        await client.get('/items', await sign('me')),
        403,
        'Bearer error="insufficient_scope", scope="items me"',
      ],
      [await client.get('/items', await sign('me items other')), 200, null],
      [await client.get('/items', await sign(['me', 'items'])), 200, null],
    ] as const
    for (const [response, status, challenge] of cases) {
      assert.equal(response.status, status)
      assert.equal(response.headers.get('www-authenticate'), challenge)
    }
    await client.close()
  })

  it('takes tokens from where the scheme says, which may be nowhere', async () => {
    const token = forge({ alg: 'HS256' }, CLAIMS, SECRET)
    const app = new App()
    const inCookie = jwt({ secret: SECRET, scheme: apiKey({ in: 'cookie', name: 'token' }) })
    const perhaps = jwt({ secret: SECRET, scheme: httpBearer({ autoError: false }) })
    app.get('/cookie', { in: { claims: inCookie } }, ({ claims }) => claims.sub)
    app.get('/perhaps', { in: { claims: perhaps } }, ({ claims }) => claims?.sub ?? 'nobody')
    const client = new TestClient(app)
    assert.equal((await client.get('/cookie', { cookies: { token } })).json(), 'johndoe')
    assert.equal((await client.get('/perhaps')).json(), 'nobody')
    assert.equal((await client.get('/perhaps', bearer(token))).json(), 'johndoe')
    assert.equal((await client.get('/perhaps', bearer('x'))).status, 401)
    await client.close()
  })
})
