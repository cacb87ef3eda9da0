import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  type CookieOptions,
  CookieSigner,
  findCookie,
  parseCookies,
  serializeCookie,
} from '../../../src/http/index.ts'

const KEY = 'k'.repeat(32)
const OTHER_KEY = 'o'.repeat(32)

/** Header, and the pairs in it. */
const HEADERS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ['', []],
  ['a=1', [['a', '1']]],
  [
    'a=1; b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1;b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'a=1;  b=2 ;',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['a=', [['a', '']]],
  ['a="1"', [['a', '1']]],
  ['a="', [['a', '"']]],
  ['a=""', [['a', '']]],
  ['a="1', [['a', '"1']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=1; a=2', [['a', '1']]],
  ['nameless; a=1', [['a', '1']]],
  ['=nameless; a=1', [['a', '1']]],
  [
    'A=1; a=2',
    [
      ['A', '1'],
      ['a', '2'],
    ],
  ],
  // No value may swallow the cookies behind it: the "cookie sandwich".
  [
    'a="x; secret=1; b=y"',
    [
      ['a', '"x'],
      ['secret', '1'],
      ['b', 'y"'],
    ],
  ],
  ['a=%20', [['a', '%20']]],
  ['__proto__=1', [['__proto__', '1']]],
  [';;;', []],
]

describe('parseCookies', () => {
  for (const [header, pairs] of HEADERS) {
    it(`reads ${JSON.stringify(header)}`, () => {
      assert.deepEqual([...parseCookies(header)], pairs)
    })
  }

  it('reads nothing where there is no header', () => {
    assert.equal(parseCookies(undefined).size, 0)
  })
})

describe('findCookie', () => {
  it('finds what parseCookies finds, whatever the header', () => {
    const piece = fc.constantFrom('a', 'b', '=', ';', ' ', '"', '; ', 'a=')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const header = pieces.join('')
        const all = parseCookies(header)
        for (const name of ['a', 'b', 'ab', '']) {
          assert.equal(findCookie(header, name), all.get(name))
        }
      }),
      { seed: 5, numRuns: 2000 },
    )
  })
})

describe('serializeCookie', () => {
  const SENT: readonly (readonly [string, string, CookieOptions, string])[] = [
    ['a', '1', {}, 'a=1; Path=/; HttpOnly; SameSite=Lax'],
    ['a', '', { maxAgeSeconds: 0 }, 'a=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    [
      'a',
      '1',
      { expires: new Date(0), path: '/x', httpOnly: false, sameSite: 'strict' },
      'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/x; SameSite=Strict',
    ],
    [
      'a',
      '1',
      {
        domain: 'example.com',
        secure: true,
        sameSite: 'none',
        partitioned: true,
        priority: 'high',
      },
      'a=1; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Priority=High',
    ],
    ['__Host-a', '1', { secure: true }, '__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax'],
    [
      '__Secure-a',
      '1',
      { secure: true, domain: 'a.test', path: '/x' },
      '__Secure-a=1; Domain=a.test; Path=/x; Secure; HttpOnly; SameSite=Lax',
    ],
  ]
  for (const [name, value, options, sent] of SENT) {
    it(`writes ${sent}`, () => {
      assert.equal(serializeCookie(name, value, options), sent)
    })
  }

  const REFUSED: readonly (readonly [string, string, object, RegExp])[] = [
    ['', '1', {}, /cookie name must be a token/],
    ['a b', '1', {}, /cookie name/],
    ['a=', '1', {}, /cookie name/],
    ['a', 'x y', {}, /cookie a value must be printable ASCII/],
    ['a', 'x;y', {}, /cookie a value/],
    ['a', 'x\r\nset-cookie: b=1', {}, /cookie a value/],
    ['a', 'é', {}, /cookie a value/],
    ['a', '"1"', {}, /cookie a value/],
    ['a', 'x'.repeat(4095), {}, /cookie a length must be at most 4096.*got 4097/],
    ['a', '1', { path: 'x' }, /cookie a\.path/],
    ['a', '1', { path: '/;Secure' }, /cookie a\.path/],
    ['a', '1', { path: `/${'x'.repeat(1024)}` }, /cookie a\.path/],
    ['a', '1', { domain: '.example.com' }, /cookie a\.domain/],
    ['a', '1', { domain: 'x; Path=/' }, /cookie a\.domain/],
    ['a', '1', { sameSite: 'none' }, /cookie a\.secure must be true where sameSite is 'none'/],
    ['a', '1', { sameSite: 'Lax' }, /cookie a\.sameSite must be one of "strict", "lax", "none"/],
    ['a', '1', { sameSite: 'toString' }, /cookie a\.sameSite/],
    ['a', '1', { partitioned: true }, /cookie a\.secure/],
    ['a', '1', { secure: 'yes' }, /cookie a\.secure must be a boolean/],
    ['a', '1', { priority: 'urgent' }, /cookie a\.priority/],
    ['a', '1', { maxAgeSeconds: 1.5 }, /cookie a\.maxAgeSeconds/],
    ['a', '1', { maxAgeSeconds: -1 }, /cookie a\.maxAgeSeconds/],
    ['a', '1', { expires: new Date(Number.NaN) }, /cookie a\.expires/],
    ['a', '1', { expires: '2030-01-01' }, /cookie a\.expires/],
    ['a', '1', { maxAge: 5 }, /cookie a\.maxAge must be absent/],
    ['a', '1', { signer: 'x' }, /cookie a\.signer/],
    ['__Secure-a', '1', {}, /cookie __Secure-a\.secure must be true for the prefix __Secure-/],
    ['__host-a', '1', {}, /prefix __host-/],
    ['__Host-a', '1', { secure: true, path: '/x' }, /path must be '\/' for the prefix __Host-/],
    ['__Host-a', '1', { secure: true, domain: 'a.test' }, /domain must be absent/],
    ['__Http-a', '1', { secure: true, httpOnly: false }, /httpOnly must be true/],
    ['__Host-Http-a', '1', { secure: true, path: '/x' }, /path must be '\/'/],
  ]
  for (const [name, value, options, message] of REFUSED) {
    it(`refuses ${JSON.stringify([name, value, options]).slice(0, 70)}`, () => {
      assert.throws(() => serializeCookie(name, value, options), { code: 'CORE_OPTION', message })
    })
  }

  it('sends what parseCookies reads', () => {
    const character = fc.constantFrom(...Array.from('abcXYZ019!#$%&()*+-./:<=>?@[]^_`{|}~'))
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 40 }), (value) => {
        const [pair] = serializeCookie('a', value).split('; ')
        assert.equal(findCookie(pair, 'a'), value)
      }),
      { seed: 5 },
    )
  })
})

describe('CookieSigner', () => {
  const signer = new CookieSigner(KEY)

  it('reads back any text through a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => {
        const [pair] = serializeCookie('session', value, { signer }).split('; ')
        const received = findCookie(pair, 'session')
        assert.equal(signer.verify('session', received ?? ''), value)
      }),
      { seed: 5 },
    )
  })

  it('refuses every other spelling of a signed value', () => {
    const signed = signer.sign('session', 'user=7')
    for (let at = 0; at < signed.length; at++) {
      for (const other of ['A', 'b', '.', '_', '=', '']) {
        const forged = signed.slice(0, at) + other + signed.slice(at + 1)
        if (forged === signed) continue
        assert.equal(signer.verify('session', forged), undefined, `at ${at}: ${forged}`)
      }
    }
  })

  it('refuses a value of another cookie, of another key, and none', () => {
    assert.equal(signer.verify('admin', signer.sign('user', '7')), undefined)
    assert.equal(signer.verify('a', new CookieSigner(OTHER_KEY).sign('a', '7')), undefined)
    assert.equal(signer.verify('a', ''), undefined)
    assert.equal(signer.verify('a', '.'), undefined)
  })

  it('signs with the first key and verifies with any, so that keys can be rotated', () => {
    const old = signer.sign('a', '7')
    const rotated = new CookieSigner([OTHER_KEY, KEY])
    assert.equal(rotated.verify('a', old), '7')
    assert.equal(rotated.sign('a', '7'), new CookieSigner(OTHER_KEY).sign('a', '7'))
    assert.equal(new CookieSigner(OTHER_KEY).verify('a', old), undefined)
  })

  it('takes bytes as a key', () => {
    assert.equal(new CookieSigner(Buffer.from(KEY)).sign('a', '7'), signer.sign('a', '7'))
  })

  it('is what HMAC-SHA256 says', async () => {
    const { createHmac } = await import('node:crypto')
    const expected = createHmac('sha256', KEY).update('a=Nw').digest('base64url')
    assert.equal(signer.sign('a', '7'), `Nw.${expected}`)
  })

  for (const keys of ['short', [], ['k'.repeat(31)], [KEY, 5], 5, undefined, Buffer.alloc(3)]) {
    it(`refuses the keys ${JSON.stringify(keys)}, and does not say them`, () => {
      assert.throws(
        () => new CookieSigner(keys as never),
        (error: Error) => {
          assert.match(error.message, /new CookieSigner\(\) keys/)
          assert.ok(!error.message.includes('kkk') && !error.message.includes('short"'))
          return true
        },
      )
    })
  }
})
