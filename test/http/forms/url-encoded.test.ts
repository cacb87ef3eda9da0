import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { formSettings } from '../../../src/http/forms/limits.ts'
import { type FormField, parseUrlEncoded } from '../../../src/http/forms/url-encoded.ts'
import type { FormLimits } from '../../../src/http/index.ts'

function parse(text: string, limits?: FormLimits): FormField[] {
  return parseUrlEncoded(Buffer.from(text, 'latin1'), formSettings('test', limits))
}

describe('parseUrlEncoded', () => {
  const READ: readonly (readonly [string, readonly FormField[]])[] = [
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=a', [['', 'a']]],
    ['=', [['', '']]],
    ['&&a=1&', [['a', '1']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a%2Bb=%26%3D', [['a+b', '&=']]],
    ['%C3%A4=%F0%9F%98%80', [['ä', '😀']]],
    ['a=%e2%82%ac', [['a', '€']]],
    ['a=b c', [['a', 'b c']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['\xc3\xa4=1', [['ä', '1']]],
    ['__proto__=1', [['__proto__', '1']]],
    ['a=%00', [['a', '\0']]],
  ]
  for (const [text, fields] of READ) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parse(text), fields))
  }

  const REFUSED: readonly (readonly [string, FormLimits, number, RegExp])[] = [
    ['a=%', {}, 400, /% is not followed/],
    ['a=%4', {}, 400, /% is not followed/],
    ['a=%zz', {}, 400, /% is not followed/],
    ['%u00e4=1', {}, 400, /% is not followed/],
    ['a=%E4', {}, 400, /not UTF-8/],
    ['a=%C3', {}, 400, /not UTF-8/],
    ['a=%ED%A0%80', {}, 400, /not UTF-8/],
    ['a=%C0%80', {}, 400, /not UTF-8/],
    ['a=\xe4', {}, 400, /not UTF-8/],
    ['a&b&c', { maxFields: 2 }, 413, /more than 2 fields/],
    ['abcd=1', { maxNameBytes: 3 }, 413, /name of a field is longer than 3 bytes/],
    ['a=1234', { maxFieldBytes: 3 }, 413, /field "a" is larger than 3 bytes/],
    ['a=%C3%A4%C3%A4', { maxFieldBytes: 3 }, 413, /field "a" is larger/],
  ]
  for (const [text, limits, status, detail] of REFUSED) {
    it(`answers ${JSON.stringify(text)} with ${status}`, () => {
      assert.throws(() => parse(text, limits), { status, detail })
    })
  }

  it('reads exactly what fits its limits', () => {
    const limits = { maxFields: 2, maxNameBytes: 3, maxFieldBytes: 3 }
    assert.equal(parse('abc=123&b=%C3%A4', limits).length, 2)
  })

  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed())
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        // A pair of two empty texts is written as "=", and read as one.
        assert.deepEqual(parse(new URLSearchParams(pairs).toString()), pairs)
      }),
      { seed: 5, numRuns: 500 },
    )
  })

  it('reads like URLSearchParams, or refuses', () => {
    const piece = fc.constantFrom('a', '=', '&', '+', '%', '%4', '%41', '%C3', '%A4', ';', ' ')
    let read = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        let fields: FormField[]
        try {
          fields = parse(text)
        } catch (error) {
          assert.equal((error as { status?: number }).status, 400)
          return
        }
        read++
        assert.deepEqual(fields, [...new URLSearchParams(`?${text}`)])
      }),
      { seed: 5, numRuns: 3000 },
    )
    assert.ok(read > 300, `${read} were read`)
  })
})
