import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import helmet from 'helmet'
import { OptionError } from '../../src/core/errors.ts'
import { HttpResponse } from '../../src/http/index.ts'
import {
  CSP_NONCE,
  cspNonceOf,
  type Middleware,
  type SecurityHeadersOptions,
  securityHeaders,
} from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'
import { around, fieldsOf, now, text } from './support.ts'

function fieldsWith(options?: SecurityHeadersOptions): Record<string, string> {
  return fieldsOf(now(around([securityHeaders(options)])()))
}

/** What helmet sends. */
function helmetFields(options?: Parameters<typeof helmet>[0]): Record<string, string> {
  const fields: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: string) => {
      fields[name.toLowerCase()] = value
    },
    removeHeader: () => undefined,
  }
  helmet(options)({} as never, response as never, () => undefined)
  return fields
}

const csp = (options?: SecurityHeadersOptions): string =>
  fieldsWith(options)['content-security-policy'] ?? ''

describe('securityHeaders', () => {
  it('sends what helmet sends by default', () => {
    assert.deepEqual(fieldsWith(), helmetFields())
  })

  it('sends what helmet sends for the same options', () => {
    const cases: [ours: SecurityHeadersOptions, theirs: Parameters<typeof helmet>[0]][] = [
      [{ frameOptions: 'DENY' }, { xFrameOptions: { action: 'deny' } }],
      [
        { strictTransportSecurity: { maxAgeSeconds: 63_072_000, preload: true } },
        { strictTransportSecurity: { maxAge: 63_072_000, preload: true } },
      ],
      [
        { strictTransportSecurity: { includeSubDomains: false } },
        { strictTransportSecurity: { includeSubDomains: false } },
      ],
      [
        { referrerPolicy: ['no-referrer', 'same-origin'] },
        { referrerPolicy: { policy: ['no-referrer', 'same-origin'] } },
      ],
      [
        { crossOriginEmbedderPolicy: 'require-corp', crossOriginOpenerPolicy: 'unsafe-none' },
        {
          crossOriginEmbedderPolicy: true,
          crossOriginOpenerPolicy: { policy: 'unsafe-none' },
        },
      ],
      [
        { noSniff: false, xssProtection: false, downloadOptions: false, originAgentCluster: false },
        {
          xContentTypeOptions: false,
          xXssProtection: false,
          xDownloadOptions: false,
          originAgentCluster: false,
        },
      ],
      [
        { contentSecurityPolicy: { directives: { 'script-src': ["'self'", 'https://a.test'] } } },
        { contentSecurityPolicy: { directives: { scriptSrc: ["'self'", 'https://a.test'] } } },
      ],
      [
        {
          contentSecurityPolicy: {
            useDefaults: false,
            directives: { 'default-src': ["'none'"] },
            reportOnly: true,
          },
        },
        {
          contentSecurityPolicy: {
            useDefaults: false,
            directives: { defaultSrc: ["'none'"] },
            reportOnly: true,
          },
        },
      ],
      [{ contentSecurityPolicy: false }, { contentSecurityPolicy: false }],
      [
        { dnsPrefetchControl: 'on', permittedCrossDomainPolicies: 'all' },
        {
          xDnsPrefetchControl: { allow: true },
          xPermittedCrossDomainPolicies: { permittedPolicies: 'all' },
        },
      ],
    ]
    for (const [ours, theirs] of cases) assert.deepEqual(fieldsWith(ours), helmetFields(theirs))
  })

  it('takes a default directive away, and adds one without sources', () => {
    const directives = { 'upgrade-insecure-requests': false, sandbox: true, 'style-src': [] }
    const policy = csp({ contentSecurityPolicy: { directives } })
    assert.doesNotMatch(policy, /upgrade-insecure-requests/)
    assert.match(policy, /;style-src;sandbox$/)
  })

  it('puts a nonce of its own into each policy, which the handler gives to its page', () => {
    const directives = { 'script-src': ["'self'", CSP_NONCE], 'style-src': [CSP_NONCE] }
    const layer = securityHeaders({ contentSecurityPolicy: { directives } })
    const answer = around([layer], (request) => text(200, String(cspNonceOf(request))))
    const seen = new Set<string>()
    for (let count = 0; count < 3; count++) {
      const response = now(answer())
      const nonce = response.body as string
      assert.match(nonce, /^[A-Za-z0-9+/]{22}==$/)
      const policy = response.header('content-security-policy') ?? ''
      assert.ok(policy.includes(`script-src 'self' 'nonce-${nonce}'`))
      assert.ok(policy.includes(`style-src 'nonce-${nonce}'`))
      seen.add(nonce)
    }
    assert.equal(seen.size, 3)
  })

  it('makes sources of the request', () => {
    const directives = { 'img-src': [(request: { host: string }) => `https://img.${request.host}`] }
    const answer = around([securityHeaders({ contentSecurityPolicy: { directives } })])
    const policyFor = (host: string): string =>
      now(answer({ headers: [['host', host]] })).header('content-security-policy') ?? ''
    assert.match(policyFor('a.test'), /img-src https:\/\/img\.a\.test;/)
    assert.match(policyFor('b.test'), /img-src https:\/\/img\.b\.test;/)
    assert.equal(now(answer({ headers: [['host', 'a.test;script-src']] })).status, 500)
  })

  it('leaves what a response says itself, and what one further in says', async () => {
    const own: Middleware = (request, next) =>
      next(request).then((response) => response.withHeaders({ 'X-Frame-Options': 'DENY' }))
    const inner = securityHeaders({ referrerPolicy: 'same-origin', contentSecurityPolicy: false })
    const fields = fieldsOf(await around([securityHeaders(), inner, own])())
    assert.equal(fields['x-frame-options'], 'DENY')
    assert.equal(fields['referrer-policy'], 'same-origin')
    assert.match(fields['content-security-policy'] ?? '', /default-src/)
  })

  it('writes features as structured fields', () => {
    const permissionsPolicy = { camera: [], geolocation: ['self', 'https://a.test'], usb: ['*'] }
    assert.equal(
      fieldsWith({ permissionsPolicy })['permissions-policy'],
      'camera=(), geolocation=(self "https://a.test"), usb=*',
    )
  })

  it('refuses what would not mean what it says', () => {
    const directives = (value: unknown): unknown => ({
      contentSecurityPolicy: { directives: value },
    })
    const wrong: unknown[] = [
      directives({ scriptSrc: ["'self'"] }),
      directives({ 'script-src': ['self'] }),
      directives({ 'script-src': ['unsafe-inline'] }),
      directives({ 'script-src': ['nonce-abc'] }),
      directives({ 'script-src': ["'self'; img-src *"] }),
      directives({ 'script-src': ['a,b'] }),
      directives({ 'script-src': "'self'" }),
      { contentSecurityPolicy: { useDefaults: false } },
      { contentSecurityPolicy: { policy: {} } },
      { frameOptions: 'ALLOW-FROM x' },
      { referrerPolicy: 'none' },
      { strictTransportSecurity: { preload: true, maxAgeSeconds: 60 } },
      { permissionsPolicy: { camera: 'self' } },
      { permissionsPolicy: { camera: ['"'] } },
      { noSniff: 'yes' },
      { hsts: false },
    ]
    for (const options of wrong) {
      assert.throws(() => securityHeaders(options as never), OptionError, JSON.stringify(options))
    }
  })

  it('leaves the docs page usable', async () => {
    const { app, client } = makeApp({ use: [securityHeaders()] })
    app.get('/', () => new HttpResponse(200, 'x', 'text/html'))
    const docs = await client.get('/docs')
    const page = await client.get('/')
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src-attr 'none'/)
    assert.doesNotMatch(docs.headers.get('content-security-policy') ?? '', /script-src-attr/)
  })
})
