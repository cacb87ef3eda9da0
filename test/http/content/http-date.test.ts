import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { formatHttpDate, parseHttpDate } from '../../../src/http/index.ts'

const EPOCH_94 = Date.UTC(1994, 10, 6, 8, 49, 37)
const NOW = Date.UTC(2026, 0, 1)

const VALID: readonly (readonly [text: string, timeMs: number])[] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', EPOCH_94],
  ['Sunday, 06-Nov-94 08:49:37 GMT', EPOCH_94],
  ['Sun Nov  6 08:49:37 1994', EPOCH_94],
  ['Sun Nov 06 08:49:37 1994', EPOCH_94],
  ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
  ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Tuesday, 31-Dec-69 23:59:59 GMT', Date.UTC(2069, 11, 31, 23, 59, 59)],
  ['Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
]

const INVALID: readonly string[] = [
  '',
  '0',
  'yesterday',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 94 08:49:37 GMT',
  'Sun, 06 nov 1994 08:49:37 GMT',
  'sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 8:49:37 GMT',
  'Sun, 06 Nov 1994 08:49 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:37 GMT',
  'Sun, 06 Nov 1994 08:49:61 GMT',
  'Mon, 06 Nov 1994 08:49:37 GMT',
  'Fri, 31 Feb 2023 00:00:00 GMT',
  'Wed, 29 Feb 2023 00:00:00 GMT',
  'Thu, 00 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 0094 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT ',
  ' Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
  'Sun, 06-Nov-94 08:49:37 GMT',
  'Sunday, 06 Nov 1994 08:49:37 GMT',
  'Sunday Nov  6 08:49:37 1994',
  'Sun Nov 6 08:49:37 1994',
  '1994-11-06T08:49:37Z',
]

describe('parseHttpDate', () => {
  for (const [text, timeMs] of VALID) {
    it(`reads ${text}`, () => {
      assert.equal(parseHttpDate(text, NOW), timeMs)
    })
  }

  for (const text of INVALID) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseHttpDate(text, NOW), undefined)
    })
  }

  it('takes a year of two digits for the past if it is more than 50 years ahead', () => {
    const text = 'Friday, 06-Nov-76 00:00:00 GMT'
    assert.equal(parseHttpDate(text, Date.UTC(2026, 0, 1)), Date.UTC(2076, 10, 6))
    const older = 'Saturday, 06-Nov-76 00:00:00 GMT'
    assert.equal(parseHttpDate(older, Date.UTC(2025, 0, 1)), Date.UTC(1976, 10, 6))
  })

  it('reads what formatHttpDate writes', () => {
    const seconds = fc.integer({ min: -30_000_000_000, max: 253_402_300_799 })
    fc.assert(
      fc.property(seconds, (second) => {
        assert.equal(parseHttpDate(formatHttpDate(second * 1000)), second * 1000)
      }),
      { seed: 1, numRuns: 2000 },
    )
  })

  it('never throws, and agrees with itself, on texts that are nearly dates', () => {
    const piece = fc.constantFrom(...'Sun, 06 Nov 1994 08:49:37 GMT'.split(''), 'Sunday', '-', '94')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const timeMs = parseHttpDate(pieces.join(''))
        if (timeMs !== undefined) assert.equal(timeMs % 1000, 0)
      }),
      { seed: 2, numRuns: 5000 },
    )
  })
})
