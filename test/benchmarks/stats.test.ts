import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { median, medianAbsoluteDeviation, percentile } from '../../benchmarks/lib/stats.ts'

const numbers = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 50 })

describe('median', () => {
  it('takes the middle of an odd number of values, whatever their order', () => {
    assert.equal(median([9, 1, 5]), 5)
  })

  it('takes the mean of the middle two of an even number of values', () => {
    assert.equal(median([10, 1, 4, 2]), 3)
  })

  it('leaves its input as it was', () => {
    const values = [3, 1, 2]
    median(values)
    assert.deepEqual(values, [3, 1, 2])
  })

  it('refuses no values', () => {
    assert.throws(() => median([]), RangeError)
  })

  it('has as many values below as above', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const middle = median(values)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        assert.ok(below <= values.length / 2 && above <= values.length / 2)
      }),
    )
  })
})

describe('medianAbsoluteDeviation', () => {
  it('is the median distance from the median', () => {
    assert.equal(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), 1)
  })

  it('does not grow with one disturbed round', () => {
    assert.equal(medianAbsoluteDeviation([10, 11, 12, 13, 1_000_000]), 1)
  })
})

describe('percentile', () => {
  it('is the smallest value that the given part of all values do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
    assert.equal(percentile(hundred, 0.99), 99)
    assert.equal(percentile(hundred, 1), 100)
    assert.equal(percentile(hundred, 0.001), 1)
  })

  it('is always one of the values', () => {
    const fraction = fc.double({ min: 0.001, max: 1, noNaN: true })
    fc.assert(
      fc.property(numbers, fraction, (values, part) => {
        assert.ok(values.includes(percentile(values, part)))
      }),
    )
  })

  it('refuses no values', () => {
    assert.throws(() => percentile([], 0.5), RangeError)
  })
})
