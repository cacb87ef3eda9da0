import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { entityTagOf, isEntityTag, parseEntityTags } from '../../../src/http/index.ts'
import { assertLinear } from './linear.ts'

const LISTS: readonly (readonly [text: string, tags: readonly string[] | '*' | undefined])[] = [
  ['*', '*'],
  [' * ', '*'],
  ['"a"', ['"a"']],
  ['W/"a"', ['W/"a"']],
  ['""', ['""']],
  ['"a","b"', ['"a"', '"b"']],
  [' "a" , W/"b" ', ['"a"', 'W/"b"']],
  [',,"a",,', ['"a"']],
  ['"a,b"', ['"a,b"']],
  ['"a\\"', ['"a\\"']],
  ['"\u00e9"', ['"\u00e9"']],
  ['', undefined],
  [',', undefined],
  ['a', undefined],
  ['"a', undefined],
  ['a"', undefined],
  ["'a'", undefined],
  ['w/"a"', undefined],
  ['W/ "a"', undefined],
  ['W/a', undefined],
  ['"a b"', undefined],
  ['"a""b"', undefined],
  ['"a" "b"', undefined],
  ['"a", *', undefined],
  ['*, "a"', undefined],
  ['"a\u0001"', undefined],
]

describe('parseEntityTags', () => {
  for (const [text, tags] of LISTS) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseEntityTags(text), tags)
    })
  }

  it('gives back what was joined', () => {
    const character = fc
      .integer({ min: 0x21, max: 0xff })
      .filter((code) => code !== 34 && code !== 127)
    const tag = fc
      .tuple(fc.boolean(), fc.array(character, { maxLength: 12 }))
      .map(([weak, codes]) => `${weak ? 'W/' : ''}"${String.fromCharCode(...codes)}"`)
    const separator = fc.constantFrom(',', ', ', ' ,\t', ',,')
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1, maxLength: 6 }), separator, (tags, comma) => {
        assert.deepEqual(parseEntityTags(tags.join(comma)), tags)
        assert.ok(tags.every(isEntityTag))
      }),
      { seed: 5, numRuns: 2000 },
    )
  })

  it('never throws on arbitrary texts', () => {
    const text = fc.string({ unit: fc.constantFrom(...'W/"a, *\t\\'.split('')), maxLength: 40 })
    fc.assert(
      fc.property(text, (field) => {
        parseEntityTags(field)
      }),
      { seed: 6, numRuns: 5000 },
    )
  })

  for (const piece of [' ', ',', '"', '"",', 'W/', 'W/"a", ', '" ']) {
    it(`takes linear time for many ${JSON.stringify(piece)}`, () => {
      assertLinear((count) => parseEntityTags(`${piece.repeat(count)}x`))
    })
  }
})

describe('isEntityTag', () => {
  it('takes one tag and nothing else', () => {
    assert.deepEqual(['"a"', 'W/"a"', '"a" ', '"a","b"', 'a', '*', ''].map(isEntityTag), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('entityTagOf', () => {
  it('is the same for the same bytes, whether text or not', () => {
    assert.equal(entityTagOf('ü'), entityTagOf(Buffer.from('ü')))
  })

  it('is a strong tag, another for other bytes', () => {
    assert.notEqual(entityTagOf('a'), entityTagOf('b'))
    assert.match(entityTagOf(''), /^"[\w-]{27}"$/)
  })
})
