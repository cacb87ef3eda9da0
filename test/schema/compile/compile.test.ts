import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { compileCheck, compileJson } from '../../../src/schema/compile/compile.ts'
import { INVALID, Issues, type Schema } from '../../../src/schema/index.ts'
import { programValues, samplesWithInputs } from './support.ts'

/** JSON text or the failure, which must be the same whoever writes. */
function written(write: (value: unknown) => string, value: unknown): string {
  try {
    return write(value)
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'SCHEMA_SERIALIZATION')
    return `refused: ${(error as Error).message}`
  }
}

/** As {@link Tier} uses it, without the fall back: `undefined` where the closures must look. */
function writtenByCode(schema: Schema<unknown>, value: unknown): string | undefined {
  const toJson = compileJson(schema)
  assert.ok(toJson, 'every kind of the samples has code')
  try {
    return JSON.stringify(toJson(value))
  } catch {
    return undefined
  }
}

describe('compileCheck', () => {
  it('makes code that takes what the closures take, and gives the same value', () => {
    const count = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(samplesWithInputs(), ({ sample: { schema }, inputs }) => {
        const check = compileCheck(schema)
        if (check === undefined) return // a moment alone is called, not written as code
        for (const input of inputs) {
          const expected: unknown = schema.check(input, new Issues())
          const issues = new Issues()
          const actual: unknown = check(input, issues)
          count[expected === INVALID ? 'refused' : 'accepted']++
          assert.deepEqual(actual, expected)
          assert.equal(actual === input, expected === input, 'copies where the closures copy')
          assert.equal(keyOrder(actual), keyOrder(expected))
          if (actual !== INVALID) assert.ok(issues.isEmpty, 'a value that fits leaves no failures')
        }
      }),
      { seed: 21, numRuns: 2000 },
    )
    assert.ok(count.accepted > 2000 && count.refused > 1000, JSON.stringify(count))
  })

  it('makes code that leaves to the closures what it does not know', () => {
    fc.assert(
      fc.property(samplesWithInputs(programValues), ({ sample: { schema }, inputs }) => {
        const check = compileCheck(schema)
        for (const input of inputs) {
          const actual = check?.(input, new Issues()) ?? INVALID
          if (actual !== INVALID) assert.deepEqual(actual, schema.check(input, new Issues()))
        }
      }),
      { seed: 22, numRuns: 2000 },
    )
  })
})

describe('compileJson', () => {
  it('makes code whose values JSON.stringify writes as the closures write', () => {
    const count = { fast: 0, slow: 0, refused: 0 }
    fc.assert(
      fc.property(samplesWithInputs(), ({ sample: { schema }, inputs }) => {
        for (const input of inputs) {
          // What a handler returns is a value of the program: moments are a Date there.
          const checked = schema.check(input, new Issues())
          for (const value of checked === INVALID ? [input] : [input, checked]) {
            count[judgeWriting(schema, value)]++
          }
        }
      }),
      { seed: 23, numRuns: 2000 },
    )
    assert.ok(count.fast > 3000 && count.refused > 1000, JSON.stringify(count))
    assert.equal(count.slow, 0, 'what the closures write, the code writes')
  })

  it('makes code that writes values of programs as the closures do, or leaves them to those', () => {
    fc.assert(
      fc.property(samplesWithInputs(programValues), ({ sample: { schema }, inputs }) => {
        for (const input of inputs) judgeWriting(schema, input)
      }),
      { seed: 24, numRuns: 2000 },
    )
  })
})

function judgeWriting(schema: Schema<unknown>, value: unknown): 'fast' | 'slow' | 'refused' {
  const expected = written(schema.write, value)
  const actual = writtenByCode(schema, value)
  if (actual === undefined) return expected.startsWith('refused') ? 'refused' : 'slow'
  assert.equal(actual, expected)
  return 'fast'
}

/** Keys in their order, which deepEqual does not look at. */
function keyOrder(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}(${keyOrder(inner)})`)
    .join()
}
