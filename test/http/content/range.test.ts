import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { parseRange, type RangeOutcome } from '../../../src/http/index.ts'
import { assertLinear } from './linear.ts'

const r = (start: number, end: number) => ({ start, end })

const CASES: readonly (readonly [field: string, length: number, outcome: RangeOutcome])[] = [
  ['bytes=0-0', 10, [r(0, 0)]],
  ['bytes=0-9', 10, [r(0, 9)]],
  ['bytes=0-', 10, [r(0, 9)]],
  ['bytes=9-', 10, [r(9, 9)]],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-1', 10, [r(9, 9)]],
  ['bytes=-10', 10, [r(0, 9)]],
  ['bytes=-11', 10, [r(0, 9)]],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=-0,0-0', 10, [r(0, 0)]],
  ['bytes=5-4', 10, 'whole'],
  ['bytes=0-0,5-4', 10, 'whole'],
  ['bytes=0-0,2-3', 10, [r(0, 0), r(2, 3)]],
  ['bytes=2-3,0-0', 10, [r(2, 3), r(0, 0)]],
  ['bytes=2-3,8-9,0-2', 10, [r(0, 3), r(8, 9)]],
  ['bytes=0-1,2-3', 10, [r(0, 3)]],
  ['bytes=0-5,2-3', 10, [r(0, 5)]],
  ['bytes=0-,0-,0-', 10, [r(0, 9)]],
  ['bytes= 0-1 , 4-5 ', 10, [r(0, 1), r(4, 5)]],
  ['bytes=,,0-1,,', 10, [r(0, 1)]],
  ['bytes=0-1\t,\t4-5', 10, [r(0, 1), r(4, 5)]],
  ['BYTES=0-1', 10, [r(0, 1)]],
  ['bytes=00-01', 10, [r(0, 1)]],
  ['bytes=', 10, 'whole'],
  ['bytes=,', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=--1', 10, 'whole'],
  ['bytes=0--1', 10, 'whole'],
  ['bytes=0-1-2', 10, 'whole'],
  ['bytes=0x0-1', 10, 'whole'],
  ['bytes=1e1-', 10, 'whole'],
  ['bytes=0 -1', 10, 'whole'],
  ['bytes=0- 1', 10, 'whole'],
  ['bytes=\u00a00-1', 10, 'whole'],
  ['bytes 0-1', 10, 'whole'],
  ['bytes =0-1', 10, 'whole'],
  ['bits=0-1', 10, 'whole'],
  ['', 10, 'whole'],
  ['bytes=0-', 0, 'whole'],
  ['bytes=-1', 0, 'whole'],
  [`bytes=${'9'.repeat(500)}-`, 10, 'unsatisfiable'],
  [`bytes=0-${'9'.repeat(500)}`, 10, [r(0, 9)]],
  [`bytes=-${'9'.repeat(500)}`, 10, [r(0, 9)]],
]

describe('parseRange', () => {
  for (const [field, length, outcome] of CASES) {
    it(`reads ${field.slice(0, 40)} of ${length} bytes`, () => {
      assert.deepEqual(parseRange(field, length), outcome)
    })
  }

  it('ignores more ranges than it may take', () => {
    assert.equal(parseRange('bytes=0-0,2-2,4-4', 10, 2), 'whole')
    assert.deepEqual(parseRange('bytes=0-0,2-2', 10, 2), [r(0, 0), r(2, 2)])
  })

  it('covers exactly the bytes asked for, none of them twice', () => {
    const spec = fc.oneof(
      fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({
        text: `${Math.min(a, b)}-${Math.max(a, b)}`,
        has: (at: number) => at >= Math.min(a, b) && at <= Math.max(a, b),
      })),
      fc.nat(30).map((a) => ({ text: `${a}-`, has: (at: number) => at >= a })),
      fc.nat(30).map((count) => ({
        text: `-${count}`,
        has: (at: number, length: number) => at >= length - count,
      })),
    )
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 25 }),
        (specs, length) => {
          const outcome = parseRange(`bytes=${specs.map(({ text }) => text).join(',')}`, length)
          const wanted = Array.from({ length }, (_, at) => specs.some(({ has }) => has(at, length)))
          const sent = Array.from({ length }, () => 0)
          assert.notEqual(outcome, 'whole')
          if (typeof outcome === 'object') {
            for (const { start, end } of outcome) {
              assert.ok(start >= 0 && start <= end && end < length)
              for (let at = start; at <= end; at++) sent[at]!++
            }
          }
          assert.deepEqual(sent, wanted.map(Number))
        },
      ),
      { seed: 3, numRuns: 3000 },
    )
  })

  it('never throws on arbitrary texts', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'bytes=0123456789-, \t'.split('')),
      maxLength: 60,
    })
    fc.assert(
      fc.property(text, fc.nat(100), (field, length) => {
        parseRange(field, length)
        parseRange(`bytes=${field}`, length)
      }),
      { seed: 4, numRuns: 5000 },
    )
  })

  for (const piece of [' ', ',', ', ', '0-', '1', '-', '0-0,']) {
    it(`takes linear time for many ${JSON.stringify(piece)}`, () => {
      assertLinear((count) => parseRange(`bytes=${piece.repeat(count)}x`, 10))
    })
  }
})
