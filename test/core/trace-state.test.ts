import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { OptionError } from '../../src/core/errors.ts'
import {
  formatTracestate,
  parseTracestate,
  type TraceStateMember,
  withTracestate,
} from '../../src/core/trace-state.ts'

const KEY_UNIT = fc.constantFrom(...'abcxyz0189_-*/@'.split(''))
const VALUE_UNIT = fc.constantFrom(...' !+-:<>~azAZ09@'.split(''))
const key = fc
  .string({ unit: KEY_UNIT, minLength: 1, maxLength: 20 })
  .filter((text) => /^[a-z0-9]/.test(text))
const value = fc
  .string({ unit: VALUE_UNIT, minLength: 1, maxLength: 20 })
  .filter((text) => text.trim() === text)

describe('parseTracestate', () => {
  const READ: readonly (readonly [string, readonly TraceStateMember[]])[] = [
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1,b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1 , \tb=2\t',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1,,b=2,',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['tenant@system=x', [['tenant@system', 'x']]],
    ['a=  x', [['a', '  x']]],
    [`${'k'.repeat(256)}=v`, [['k'.repeat(256), 'v']]],
    [`k=${'v'.repeat(256)}`, [['k', 'v'.repeat(256)]]],
  ]
  for (const [text, members] of READ) {
    it(`reads ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.deepEqual(parseTracestate(text), members)
    })
  }

  const many = (count: number): string =>
    Array.from({ length: count }, (_, index) => `k${index}=v`).join(',')
  it('reads 32 members', () => assert.equal(parseTracestate(many(32))?.length, 32))

  const REFUSED: Readonly<Record<string, string>> = {
    'no equals sign': 'a',
    'an empty key': '=1',
    'an empty value': 'a=',
    'an upper-case key': 'A=1',
    'a key that begins with an underscore': '_a=1',
    'an equals sign in a value': 'a=1=2',
    'a key twice': 'a=1,b=2,a=3',
    'a character beyond ASCII': 'a=ä',
    'a control character': 'a=\u0001',
    'a long key': `${'k'.repeat(257)}=v`,
    'a long value': `k=${'v'.repeat(257)}`,
    'a blank before the equals sign': 'a =1',
    '33 members': many(33),
  }
  for (const [what, text] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => assert.equal(parseTracestate(text), undefined))
  }

  it('reads back what formatTracestate writes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 32 }),
        (members) => assert.deepEqual(parseTracestate(formatTracestate(members)), members),
      ),
      { seed: 3, numRuns: 200 },
    )
  })
})

describe('withTracestate', () => {
  it('puts a member first, in place of its old value', () => {
    assert.equal(withTracestate('a=1,b=2,c=3', 'b', '9'), 'b=9,a=1,c=3')
  })

  it('drops a malformed header', () => assert.equal(withTracestate('A', 'b', '9'), 'b=9'))

  it('lets the oldest of 32 go', () => {
    const full = Array.from({ length: 32 }, (_, index) => `k${index}=v`).join(',')
    const members = parseTracestate(withTracestate(full, 'new', '1')) ?? []
    assert.deepEqual([members.length, members[0], members.at(-1)?.[0]], [32, ['new', '1'], 'k30'])
  })

  it('refuses a key or value that the standard forbids', () => {
    assert.throws(() => withTracestate(undefined, 'A', '1'), OptionError)
    assert.throws(() => withTracestate(undefined, 'a', '1,b=2'), OptionError)
  })
})
