import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { JsonParseError, parseJson } from '../../src/schema/index.ts'

describe('parseJson', () => {
  const offences: [text: string, reason: string, position: number][] = [
    ['', 'Expecting value', 0],
    ['  ', 'Expecting value', 2],
    ['{', 'Expecting property name enclosed in double quotes', 1],
    ['{"a"', "Expecting ':' delimiter", 4],
    ['{"a":', 'Expecting value', 5],
    ['{"a":1', "Expecting ',' delimiter", 6],
    ['{"a":1,}', 'Expecting property name enclosed in double quotes', 7],
    ["{'a':1}", 'Expecting property name enclosed in double quotes', 1],
    ['[1,]', 'Expecting value', 3],
    ['[1 2]', "Expecting ',' delimiter", 3],
    ['[1,2]]', 'Extra data', 5],
    ['1 2', 'Extra data', 2],
    ['01', 'Extra data', 1],
    ['-', 'Expecting value', 0],
    ['NaN', 'Expecting value', 0],
    ['"abc', 'Unterminated string starting at', 0],
    ['["a\\', 'Unterminated string starting at', 1],
    ['"\\q"', 'Invalid \\escape', 1],
    ['"\\u12"', 'Invalid \\uXXXX escape', 3],
    ['"a\nb"', 'Invalid control character at', 2],
    ['\ufeff{}', 'Expecting value', 0],
    ['{"a":[1,{"b":2}], "c": }', 'Expecting value', 23],
  ]
  for (const [text, reason, position] of offences) {
    it(`finds the offence in ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseJson(text),
        (error: unknown) =>
          error instanceof JsonParseError && error.reason === reason && error.position === position,
      )
    })
  }

  it('reads what JSON.parse reads', () => {
    assert.deepEqual(parseJson('{"a":[1,null,"b"]}'), { a: [1, null, 'b'] })
  })

  it('finds an offence, with its place, in every document that is cut anywhere', () => {
    const text = '{"a": [1.5e3, -2, "x\\u00e9\\n", true, null, {"b": {}}], "c": ""}'
    for (let cut = 0; cut < text.length; cut++) {
      assert.throws(
        () => parseJson(text.slice(0, cut)),
        (error: unknown) => error instanceof JsonParseError && error.position <= cut,
      )
    }
  })

  it('finds an offence wherever JSON.parse does', () => {
    const tokens = fc.constantFrom(
      ...Array.from('{}[],:"\\ \n'),
      '"a"',
      '"b":',
      '1',
      '-',
      '.5',
      'e',
      'true',
      'nul',
      '\\u',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          assert.throws(() => parseJson(text), JsonParseError)
          return
        }
        assert.deepEqual(parseJson(text), expected)
      }),
      { seed: 7, numRuns: 2000 },
    )
  })

  it('keeps its stack however deep the nesting is', () => {
    assert.throws(() => parseJson('['.repeat(500_000)), JsonParseError)
    assert.throws(() => parseJson('{"a":'.repeat(200_000)), JsonParseError)
  })
})
