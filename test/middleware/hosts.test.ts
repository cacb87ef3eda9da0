import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { OptionError } from '../../src/core/errors.ts'
import {
  type HttpsRedirectOptions,
  httpsRedirect,
  trustedHost,
} from '../../src/middleware/index.ts'
import { makeApp } from '../app/support.ts'
import { around, now } from './support.ts'

describe('trustedHost', () => {
  it('lets only the hosts through that it knows', () => {
    const hosts = ['example.com', '*.example.org', '[::1]', '127.0.0.1']
    const answer = around([trustedHost(hosts)])
    const cases: [host: string, status: number][] = [
      ['example.com', 200],
      ['EXAMPLE.com', 200],
      ['example.com:8000', 200],
      ['example.com.', 200],
      ['www.example.com', 400],
      ['api.example.org', 200],
      ['a.b.example.org', 200],
      ['example.org', 400],
      ['evilexample.org', 400],
      ['example.com.evil.test', 400],
      ['[::1]', 200],
      ['[::1]:8000', 200],
      ['[::2]', 400],
      ['127.0.0.1:80', 200],
      ['example.com:80:90', 400],
      ['example.com@evil.test', 400],
      ['example.com/evil', 400],
      ['', 400],
    ]
    for (const [host, status] of cases) {
      const response = now(answer({ headers: [['host', host]] }))
      assert.equal(response.status, status, host)
    }
  })

  it('refuses a request without a host, and counts', () => {
    const layer = trustedHost(['example.com'])
    const answer = around([layer])
    assert.equal(now(answer()).status, 400)
    assert.equal(now(answer({ headers: [['host', 'evil.test']] })).status, 400)
    assert.equal(layer.refused, 2)
  })

  it('sends to the same host with www. where that is served', () => {
    const request = { target: '/a?b=1', headers: [['host', 'example.com:8000']] } as const
    const answer = around([trustedHost(['www.example.com'])])
    const response = now(answer(request))
    assert.equal(response.status, 307)
    assert.equal(response.header('location'), 'http://www.example.com:8000/a?b=1')
    const strict = around([trustedHost(['www.example.com'], { wwwRedirect: false })])
    assert.equal(now(strict(request)).status, 400)
  })

  it('refuses hosts that cannot match', () => {
    for (const hosts of [[], ['a:80'], ['*'], ['a.*.b'], ['https://a'], 'a', [7]]) {
      assert.throws(() => trustedHost(hosts as never), OptionError, JSON.stringify(hosts))
    }
    assert.throws(() => trustedHost(['a'], { www: true } as never), OptionError)
  })

  it('never lets a host through that is not below its pattern, however it is written', () => {
    const answer = around([trustedHost(['*.example.com'], { wwwRedirect: false })])
    const part = fc.constantFrom(
      'example.com',
      '.',
      'a',
      ':80',
      '@',
      '[',
      ']',
      'x.',
      '%2e',
      '\\',
      '.com',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const host = parts.join('')
        if (now(answer({ headers: [['host', host]] })).status !== 200) return
        const { hostname } = new URL(`http://${host}/`)
        assert.match(hostname, /\.example\.com\.?$/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('httpsRedirect', () => {
  it('sends to the same URL with https', () => {
    const cases: [options: HttpsRedirectOptions, status: number, location: string][] = [
      [{}, 307, 'https://example.com/a?b=1'],
      [{ status: 308 }, 308, 'https://example.com/a?b=1'],
      [{ port: 8443 }, 307, 'https://example.com:8443/a?b=1'],
      [{ host: 'www.example.com' }, 307, 'https://www.example.com/a?b=1'],
    ]
    for (const [options, status, location] of cases) {
      const answer = around([httpsRedirect(options)])
      const response = now(answer({ target: '/a?b=1', headers: [['host', 'example.com:8000']] }))
      assert.deepEqual([response.status, response.header('location')], [status, location])
    }
  })

  it('lets encrypted requests through, and paths that it is told to', () => {
    const answer = around([httpsRedirect({ except: ['/.well-known/acme-challenge/'] })])
    assert.equal(now(answer({ scheme: 'https' })).status, 200)
    const headers = [['host', 'example.com']] as const
    assert.equal(now(answer({ target: '/.well-known/acme-challenge/x', headers })).status, 200)
    assert.equal(now(answer({ target: '/.well-known/other', headers })).status, 307)
  })

  it('repeats no host that is none', () => {
    const answer = around([httpsRedirect()])
    for (const host of ['', 'a b', 'a/b', 'a@b', '[::1']) {
      assert.equal(now(answer({ headers: [['host', host]] })).status, 400, host)
    }
  })

  it('heeds what a trusted proxy says', async () => {
    const { app } = makeApp({ use: [httpsRedirect()] })
    app.get('/', () => 'ok')
    const server = await app.listen({ port: 0, host: '127.0.0.1', trustProxy: ['loopback'] })
    const url = `http://127.0.0.1:${server.port}/`
    const ask = (proto: string): Promise<Response> =>
      fetch(url, { redirect: 'manual', headers: { 'x-forwarded-proto': proto } })
    assert.equal((await ask('https')).status, 200)
    assert.equal((await ask('http')).status, 307)
    await server.close()
  })

  it('refuses impossible options', () => {
    for (const options of [
      { status: 303 },
      { port: 0 },
      { host: 'a b' },
      { except: ['x'] },
      { x: 1 },
    ]) {
      assert.throws(() => httpsRedirect(options as never), OptionError, JSON.stringify(options))
    }
  })
})
