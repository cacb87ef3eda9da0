import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  negotiateEncoding,
  negotiateLanguage,
  negotiateMediaType,
  parseAccept,
  parseAcceptEncoding,
  parseAcceptLanguage,
} from '../../../src/http/index.ts'
import { assertLinear } from './linear.ts'

type Row = readonly [
  field: string | undefined,
  offers: readonly string[],
  chosen: string | undefined,
]

const MEDIA: readonly Row[] = [
  [undefined, ['a/b', 'c/d'], 'a/b'],
  ['', ['a/b'], 'a/b'],
  ['c/d', ['a/b', 'c/d'], 'c/d'],
  ['C/D', ['a/b', 'c/d'], 'c/d'],
  ['*/*', ['a/b', 'c/d'], 'a/b'],
  ['c/*, */*;q=0.5', ['a/b', 'c/d'], 'c/d'],
  ['a/b;q=0.2, c/d;q=0.3', ['a/b', 'c/d'], 'c/d'],
  ['a/b;q=0.300, c/d;q=0.3', ['c/d', 'a/b'], 'c/d'],
  ['a/b;q=0, */*', ['a/b', 'c/d'], 'c/d'],
  ['a/*;q=0.9, a/b;q=0.1', ['a/b', 'a/c'], 'a/c'],
  ['a/b;q=1.1, c/d', ['a/b', 'c/d'], 'c/d'],
  ['a/b;q=0.1234, c/d;q=0.1', ['a/b', 'c/d'], 'c/d'],
  ['a/b;q=.5, c/d;q=0.1', ['a/b', 'c/d'], 'c/d'],
  ['text/html;level=1, text/html;q=0.7', ['text/html', 'text/html;level=1'], 'text/html;level=1'],
  ['text/html;level="1"', ['text/html;level=1'], 'text/html;level=1'],
  ['text/html;level=2', ['text/html;level=1', 'text/html'], undefined],
  ['text/html ; level=1 ; q=0.5, a/b;q=0.4', ['a/b', 'text/html;level=1'], 'text/html;level=1'],
  ['x/y', ['a/b'], undefined],
  ['*/b', ['a/b'], 'a/b'],
  ['"a/b", c/d', ['a/b', 'c/d'], 'c/d'],
  ['a/b;x="c/d, e/f", e/f;q=0.1', ['c/d', 'e/f'], 'e/f'],
  [
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    ['application/json', 'text/html'],
    'text/html',
  ],
]

const ENCODINGS: readonly Row[] = [
  [undefined, ['br', 'gzip'], 'identity'],
  ['', ['br', 'gzip'], 'identity'],
  ['gzip', ['br', 'gzip'], 'gzip'],
  ['GZIP', ['br', 'gzip'], 'gzip'],
  ['x-gzip', ['br', 'gzip'], 'gzip'],
  ['gzip, deflate, br, zstd', ['zstd', 'br', 'gzip'], 'zstd'],
  ['gzip;q=1.0, br;q=0.8', ['br', 'gzip'], 'gzip'],
  ['*', ['br', 'gzip'], 'br'],
  ['*;q=0.1, gzip', ['br', 'gzip'], 'gzip'],
  ['br;q=0, *', ['br', 'gzip'], 'gzip'],
  ['identity', ['gzip'], 'identity'],
  ['identity;q=0.5, gzip;q=0.4', ['gzip'], 'identity'],
  ['identity;q=0.5, gzip;q=0.5', ['gzip'], 'gzip'],
  ['identity;q=0', ['gzip'], undefined],
  ['*;q=0', ['gzip'], undefined],
  ['*;q=0, identity', ['gzip'], 'identity'],
  ['compress', ['gzip'], 'identity'],
  ['gzip;q=0', ['gzip'], 'identity'],
  ['gzip;q=2', ['gzip'], 'identity'],
  ['gzip;level=9', ['gzip'], 'identity'],
  ['gzip q=1, br', ['gzip', 'br'], 'br'],
  ['gzip;Q=0.5', ['gzip'], 'gzip'],
]

const LANGUAGES: readonly Row[] = [
  [undefined, ['de', 'en'], 'de'],
  ['en', ['de', 'en'], 'en'],
  ['en', ['de', 'en-GB'], 'en-GB'],
  ['en-GB', ['de', 'en'], 'en'],
  ['en-GB, en;q=0.5', ['en', 'en-GB'], 'en-GB'],
  ['da, en-gb;q=0.8, en;q=0.7', ['en', 'fr'], 'en'],
  ['en;q=0, *', ['en-GB', 'de'], 'de'],
  ['*', ['de', 'en'], 'de'],
  ['*;q=0.1, fr', ['de', 'fr'], 'fr'],
  ['e', ['en'], undefined],
  ['en_GB', ['en-GB'], 'en-GB'],
  ['zh-Hant-TW', ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
]

const PARSERS: readonly (readonly [string, (field: string) => unknown])[] = [
  ['parseAccept', parseAccept],
  ['parseAcceptEncoding', parseAcceptEncoding],
  ['parseAcceptLanguage', parseAcceptLanguage],
]

describe('negotiateMediaType', () => {
  for (const [field, offers, chosen] of MEDIA) {
    it(`chooses ${chosen} of ${offers.join(' and ')} for ${field}`, () => {
      assert.equal(negotiateMediaType(field, offers), chosen)
    })
  }

  it('chooses the offer wanted most, the first of several, as a sort would', () => {
    const quality = fc.integer({ min: 0, max: 1000 })
    fc.assert(
      fc.property(fc.array(quality, { minLength: 1, maxLength: 6 }), (qualities) => {
        const offers = qualities.map((_, index) => `a/b${index}`)
        const field = qualities
          .map((q, index) => `a/b${index};q=${(q / 1000).toFixed(3)}`)
          .join(', ')
        const best = qualities.reduce((at, q, index) => (q > qualities[at]! ? index : at), 0)
        const expected = qualities[best] === 0 ? undefined : offers[best]
        assert.equal(negotiateMediaType(field, offers), expected)
      }),
      { seed: 7, numRuns: 1000 },
    )
  })
})

describe('negotiateEncoding', () => {
  for (const [field, offers, chosen] of ENCODINGS) {
    it(`chooses ${chosen} of ${offers.join(' and ')} for ${field}`, () => {
      assert.equal(negotiateEncoding(field, offers), chosen)
    })
  }
})

describe('negotiateLanguage', () => {
  for (const [field, offers, chosen] of LANGUAGES) {
    it(`chooses ${chosen} of ${offers.join(' and ')} for ${field}`, () => {
      assert.equal(negotiateLanguage(field, offers), chosen)
    })
  }
})

for (const [name, parse] of PARSERS) {
  describe(name, () => {
    it('never throws on arbitrary texts', () => {
      const text = fc.string({
        unit: fc.constantFrom(...'ab/*;q=01.,"\\ \t-=\u00e9'.split('')),
        maxLength: 60,
      })
      fc.assert(
        fc.property(text, (field) => {
          parse(field)
        }),
        { seed: 8, numRuns: 5000 },
      )
    })

    for (const piece of [' ', ',', ';', '; ', 'a/b,', 'a;', '"', '"\\', 'a/b;q="', ' ,', 'a-']) {
      it(`takes linear time for many ${JSON.stringify(piece)}`, () => {
        assertLinear((count) => parse(`${piece.repeat(count)}x`))
      })
    }
  })
}
