import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import { App } from '../../src/app/index.ts'
import { JwtVerifier, jwt, signJwt } from '../../src/security/index.ts'
import { TestClient } from '../../src/testing/index.ts'

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const FIRST = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const SECOND = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ISSUER = { issuer: 'https://id.example.com', audience: 'shop' }

function jwk(pair: Pair, kid: string, facts: object = {}): object {
  return { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', ...facts }
}

/** An issuer whose keys change, and that is down at times. */
describe('jwksUrl', () => {
  let server: Server
  let url: string
  let hits = 0
  let answer: () => { readonly status: number; readonly body: string } | 'hang'
  let time = 1_000_000_000_000
  const now = (): number => time

  before(async () => {
    server = createServer((_, response) => {
      hits++
      const given = answer()
      if (given === 'hang') return
      response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  afterEach(() => {
    hits = 0
  })

  const publish = (...keys: readonly object[]): void => {
    answer = () => ({ status: 200, body: JSON.stringify({ keys }) })
  }
  const fail = (): void => {
    answer = () => ({ status: 500, body: 'down' })
  }
  const token = (pair: Pair, keyId: string): Promise<string> =>
    signJwt({}, { privateKey: pair.privateKey, keyId, ...ISSUER, now }).toPromise()
  const verifier = (jwks: object = {}): JwtVerifier =>
    new JwtVerifier({ jwksUrl: url, ...ISSUER, jwks, now, clockToleranceSeconds: 600 })
  const outcome = (subject: JwtVerifier, sent: string): Promise<string> =>
    subject
      .verify(sent)
      .then(
        () => 'ok',
        (error: unknown) => {
          const { code, problem } = error as { readonly code: string; readonly problem?: string }
          return problem ?? code
        },
      )
      .toPromise()

  it('fetches the keys once for many tokens, also for those that come at once', async () => {
    publish(jwk(FIRST, 'a'))
    const subject = verifier()
    const sent = await token(FIRST, 'a')
    const all = await Promise.all(Array.from({ length: 20 }, () => outcome(subject, sent)))
    assert.deepEqual(new Set(all), new Set(['ok']))
    assert.equal(await outcome(subject, sent), 'ok')
    assert.equal(hits, 1)
  })

  it('fetches them again for an unknown key, but no more often than is allowed', async () => {
    publish(jwk(FIRST, 'a'))
    const subject = verifier({ cooldownSeconds: 30 })
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'ok')
    publish(jwk(FIRST, 'a'), jwk(SECOND, 'b'))
    const rotated = await token(SECOND, 'b')
    assert.equal(await outcome(subject, rotated), 'key')
    time += 31_000
    assert.equal(await outcome(subject, rotated), 'ok')
    assert.equal(hits, 2)
    for (let guess = 0; guess < 20; guess++) {
      assert.equal(await outcome(subject, await token(SECOND, `guess${guess}`)), 'key')
    }
    assert.equal(hits, 2)
  })

  it('forgets a key that is no longer published', async () => {
    publish(jwk(FIRST, 'a'))
    const subject = verifier({ cacheSeconds: 60, staleSeconds: 0 })
    const sent = await token(FIRST, 'a')
    assert.equal(await outcome(subject, sent), 'ok')
    publish(jwk(SECOND, 'b'))
    time += 61_000
    assert.equal(await outcome(subject, sent), 'key')
  })

  it('goes on with old keys while the issuer is down, for as long as is allowed', async () => {
    publish(jwk(FIRST, 'a'))
    const subject = verifier({ cacheSeconds: 60, staleSeconds: 120 })
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'ok')
    fail()
    time += 100_000
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'ok')
    time += 100_000
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'SECURITY_JWT_KEYS')
    publish(jwk(FIRST, 'a'))
    time += 2000
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'ok')
  })

  it('asks an issuer that is down once a second', async () => {
    fail()
    const subject = verifier()
    const sent = await token(FIRST, 'a')
    for (let tries = 0; tries < 5; tries++) {
      assert.equal(await outcome(subject, sent), 'SECURITY_JWT_KEYS')
    }
    assert.equal(hits, 1)
    time += 1001
    assert.equal(await outcome(subject, sent), 'SECURITY_JWT_KEYS')
    assert.equal(hits, 2)
  })

  it('uses no key of the set that is not for signatures', async () => {
    const facts = [
      { use: 'enc' },
      { key_ops: ['sign'] },
      { alg: 'ES384' },
      { kty: 'oct', k: Buffer.alloc(32).toString('base64url') },
      { kty: 'XYZ' },
    ]
    for (const fact of facts) {
      publish(jwk(FIRST, 'a', fact), jwk(SECOND, 'b'))
      assert.equal(await outcome(verifier(), await token(FIRST, 'a')), 'key', JSON.stringify(fact))
    }
  })

  for (const body of ['no json', '{}', '{"keys":[]}', '{"keys":[null,7,"x"]}', 'x'.repeat(2e6)]) {
    it(`has no keys for the answer ${body.slice(0, 20)}`, async () => {
      answer = () => ({ status: 200, body })
      assert.equal(await outcome(verifier(), await token(FIRST, 'a')), 'SECURITY_JWT_KEYS')
    })
  }

  it('does not wait for ever', async () => {
    answer = () => 'hang'
    const subject = verifier({ timeoutMs: 50 })
    assert.equal(await outcome(subject, await token(FIRST, 'a')), 'SECURITY_JWT_KEYS')
  })

  it('is answered with 503 if there are no keys, and 401 if the token is wrong', async () => {
    const app = new App()
    const claims = jwt({ jwksUrl: url, ...ISSUER, now })
    app.get('/', { in: { claims } }, () => 'ok')
    const client = new TestClient(app)
    const headers = { authorization: `Bearer ${await token(FIRST, 'a')}` }
    fail()
    const down = await client.get('/', { headers })
    assert.equal(down.status, 503)
    assert.equal(down.headers.get('retry-after'), '5')
    publish(jwk(SECOND, 'a'))
    time += 2000
    assert.equal((await client.get('/', { headers })).status, 401)
    await client.close()
  })
})
