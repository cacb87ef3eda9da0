import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createRequest, type TrustProxy } from '../../../src/http/index.ts'
import { parseForwarded } from '../../../src/http/proxy/forwarded.ts'
import { type Client, ProxyTrust } from '../../../src/http/proxy/proxy-trust.ts'

type Fields = Readonly<Record<string, string>>

function resolve(trust: TrustProxy, fields: Fields, address = '10.0.0.1'): Client {
  const request = createRequest({ headers: Object.entries(fields) })
  return new ProxyTrust('trustProxy', trust).resolve(request, address)
}

describe('ProxyTrust with X-Forwarded headers', () => {
  const trust = ['10.0.0.0/8', 'loopback']
  const cases: readonly (readonly [string, TrustProxy, string, Fields, Partial<Client>])[] = [
    [
      'believes nobody who is not listed',
      trust,
      '192.0.2.1',
      { 'x-forwarded-for': '1.1.1.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil' },
      { address: '192.0.2.1', scheme: undefined, host: undefined },
    ],
    [
      'takes address, scheme and host from a proxy',
      trust,
      '10.0.0.1',
      {
        'x-forwarded-for': '192.0.2.7',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'shop.example:8443',
      },
      { address: '192.0.2.7', scheme: 'https', host: 'shop.example:8443' },
    ],
    [
      'stops at the first address that is not trusted',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '6.6.6.6, 192.0.2.7, 10.0.0.2' },
      { address: '192.0.2.7' },
    ],
    [
      'takes the first if all are trusted',
      trust,
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.9, 10.0.0.2' },
      { address: '10.0.0.9' },
    ],
    [
      'does not believe a scheme that the client has put before the proxy’s',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '6.6.6.6, 192.0.2.7', 'x-forwarded-proto': 'https, http' },
      { address: '192.0.2.7', scheme: 'http' },
    ],
    [
      'stops where a hop is no address',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.7, unknown, 10.0.0.2' },
      { address: '10.0.0.2' },
    ],
    [
      'reads addresses with ports',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.7:4711' },
      { address: '192.0.2.7' },
    ],
    [
      'reads IPv6 with brackets and port',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '[2001:db8::1]:4711' },
      { address: '2001:db8::1' },
    ],
    [
      'knows IPv4 in the clothes of IPv6',
      trust,
      '::ffff:10.0.0.1',
      { 'x-forwarded-for': '192.0.2.7' },
      { address: '192.0.2.7' },
    ],
    [
      'ignores schemes other than http and https',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'gopher' },
      { scheme: undefined },
    ],
    [
      'ignores a host that is none',
      trust,
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-host': 'a/b' },
      { host: undefined },
    ],
    [
      'takes a scheme without addresses',
      trust,
      '10.0.0.1',
      { 'x-forwarded-proto': 'https' },
      { address: '10.0.0.1', scheme: 'https' },
    ],
    [
      'ignores Forwarded',
      trust,
      '10.0.0.1',
      { forwarded: 'for=6.6.6.6;proto=https' },
      { address: '10.0.0.1', scheme: undefined },
    ],
    [
      'counts proxies',
      1,
      '192.0.2.1',
      { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' },
      { address: '192.0.2.7' },
    ],
    [
      'counts two proxies',
      2,
      '192.0.2.1',
      { 'x-forwarded-for': '6.6.6.6, 192.0.2.7, 192.0.2.8' },
      { address: '192.0.2.7' },
    ],
    [
      'takes what there is if fewer have written',
      3,
      '192.0.2.1',
      { 'x-forwarded-for': '192.0.2.7' },
      { address: '192.0.2.7' },
    ],
  ]
  for (const [what, who, address, fields, expected] of cases) {
    it(what, () => {
      const client = resolve(who, fields, address) as unknown as Record<string, unknown>
      for (const [name, value] of Object.entries(expected)) assert.equal(client[name], value, name)
    })
  }

  it('trusts a Unix socket only as unix', () => {
    const request = createRequest({ headers: [['x-forwarded-for', '192.0.2.7']] })
    assert.equal(new ProxyTrust('t', ['unix']).resolve(request, undefined).address, '192.0.2.7')
    assert.equal(new ProxyTrust('t', ['loopback']).resolve(request, undefined).address, undefined)
  })
})

describe('ProxyTrust with Forwarded', () => {
  const trust = { from: ['10.0.0.0/8'], headers: 'forwarded' } as const

  it('walks from the nearest hop to the first that is not trusted', () => {
    const forwarded =
      'for=6.6.6.6, For="192.0.2.7:80";proto=HTTPS;host="a.example:1" , for=10.0.0.2;proto=http;by=_x'
    const client = resolve(trust, { forwarded })
    assert.deepEqual(client, { address: '192.0.2.7', scheme: 'https', host: 'a.example:1' })
  })

  it('ignores X-Forwarded headers, which clients could slip past such a proxy', () => {
    assert.equal(resolve(trust, { 'x-forwarded-for': '6.6.6.6' }).address, '10.0.0.1')
  })

  for (const [text, addresses] of [
    ['for=192.0.2.43', ['192.0.2.43']],
    ['for="[2001:db8:cafe::17]:4711"', ['2001:db8:cafe::17']],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    ['for=_hidden, for=unknown', [undefined, undefined]],
    ['for="1.2.3\\.4"', ['1.2.3.4']],
    ['FOR=1.1.1.1', ['1.1.1.1']],
    ['ext="a, b;c";for=1.1.1.1', ['1.1.1.1']],
  ] as const) {
    it(`reads ${text}`, () => {
      const hops = parseForwarded(createRequest({ headers: [['forwarded', text]] }))
      assert.deepEqual(
        hops.map((hop) => hop.address),
        addresses,
      )
    })
  }

  for (const text of [
    '',
    'for',
    'for=',
    '=x',
    'for = 1.1.1.1',
    'for=1.1.1.1;',
    'for=1.1.1.1,',
    ',for=1.1.1.1',
    'for=1.1.1.1 ;proto=http',
    'for=1.1.1.1; proto=http',
    'for=1.1.1.1;for=2.2.2.2',
    'for="1.1.1.1',
    'for=1.1.1.1"',
    'for="a"b',
    'for=[::1]',
    'for=1.1.1.1:80',
    'for=1.1.1.1 for=2.2.2.2',
  ]) {
    it(`takes nothing from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseForwarded(createRequest({ headers: [['forwarded', text]] })), [])
    })
  }

  it('takes all or nothing from any text', () => {
    const piece = fc.constantFrom(
      'for',
      '=',
      ';',
      ',',
      ' ',
      '"',
      '\\',
      '1.1.1.1',
      'proto',
      '[::1]',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        const hops = parseForwarded(createRequest({ headers: [['forwarded', text]] }))
        // Outside of quotes, commas are all that makes hops.
        if (!text.includes('"'))
          assert.ok(hops.length === 0 || hops.length === text.split(',').length)
      }),
      { numRuns: 5_000, seed: 7239 },
    )
  })
})

describe('trustProxy', () => {
  for (const [value, expected] of [
    [true, /must be a list of addresses or a number of proxies, got true/],
    ['10.0.0.0/8', /must be a list of addresses or a number of proxies/],
    [[], /must be a list of addresses/],
    [['10.0.0.0/33'], /must be addresses .*, got "10\.0\.0\.0\/33"/],
    [['*'], /must be addresses/],
    [['10.0.0'], /must be addresses/],
    [['fe80::1%eth0'], /must be addresses/],
    [0, /must be a number of proxies from 1 to 100, got 0/],
    [1.5, /must be a number of proxies/],
    [{ from: 1, headers: 'all' }, /headers must be 'x-forwarded' or 'forwarded'/],
    [{ from: 1, hops: 2 }, /hops must be absent/],
    [{ headers: 'forwarded' }, /must be a list of/],
  ] as const) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => new ProxyTrust('trustProxy', value as unknown as TrustProxy), expected)
    })
  }
})
