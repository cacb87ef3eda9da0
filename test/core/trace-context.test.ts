import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  childTrace,
  formatTraceparent,
  parseTraceparent,
  startTrace,
} from '../../src/core/trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('parseTraceparent', () => {
  it('reads ids and flags', () => {
    assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-01`, 'a=1'), {
      traceId: TRACE,
      spanId: SPAN,
      isSampled: true,
      isRandom: false,
      state: 'a=1',
    })
  })

  const FLAGS: readonly (readonly [string, boolean, boolean])[] = [
    ['00', false, false],
    ['01', true, false],
    ['02', false, true],
    ['03', true, true],
    ['ff', true, true],
    ['fc', false, false],
  ]
  for (const [flags, isSampled, isRandom] of FLAGS) {
    it(`reads the flags ${flags}`, () => {
      const trace = parseTraceparent(`00-${TRACE}-${SPAN}-${flags}`)
      assert.deepEqual([trace?.isSampled, trace?.isRandom], [isSampled, isRandom])
    })
  }

  const REFUSED: Readonly<Record<string, string>> = {
    'an empty text': '',
    'upper-case digits': `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    'a trace id of zeros': `00-${'0'.repeat(32)}-${SPAN}-01`,
    'a span id of zeros': `00-${TRACE}-${'0'.repeat(16)}-01`,
    'the version ff': `ff-${TRACE}-${SPAN}-01`,
    'more after version 00': `00-${TRACE}-${SPAN}-01-extra`,
    'a dash after version 00': `00-${TRACE}-${SPAN}-01-`,
    'a short trace id': `00-${TRACE.slice(1)}-${SPAN}-01`,
    'a long trace id': `00-${TRACE}0-${SPAN}-01`,
    'a short span id': `00-${TRACE}-${SPAN.slice(1)}-01`,
    'one digit of flags': `00-${TRACE}-${SPAN}-1`,
    'three digits of flags': `00-${TRACE}-${SPAN}-011`,
    'no digits': `00-${TRACE.replace('4', 'g')}-${SPAN}-01`,
    'blanks around it': ` 00-${TRACE}-${SPAN}-01`,
    'a line break at its end': `00-${TRACE}-${SPAN}-01\n`,
    'more without a dash in a later version': `01-${TRACE}-${SPAN}-01x`,
    underscores: `00_${TRACE}_${SPAN}_01`,
  }
  for (const [what, text] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => assert.equal(parseTraceparent(text), undefined))
  }

  for (const text of [`cc-${TRACE}-${SPAN}-01`, `cc-${TRACE}-${SPAN}-01-what-comes`]) {
    it(`reads a later version as far as it is known: ${text.slice(52)}`, () => {
      assert.equal(parseTraceparent(text)?.spanId, SPAN)
    })
  }

  it('refuses every text with one character changed to what is no lower-case digit or dash', () => {
    const good = `00-${TRACE}-${SPAN}-01`
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }).filter((c) => !/[0-9a-f-]/.test(c)),
        (at, character) => {
          const bad = good.slice(0, at) + character + good.slice(at + 1)
          assert.equal(parseTraceparent(bad), undefined)
        },
      ),
      { seed: 1, numRuns: 500 },
    )
  })

  it('reads back what formatTraceparent writes', () => {
    const id = (length: number): fc.Arbitrary<string> =>
      fc
        .string({
          unit: fc.constantFrom(...'0123456789abcdef'.split('')),
          minLength: length,
          maxLength: length,
        })
        .filter((text) => !/^0+$/.test(text))
    fc.assert(
      fc.property(
        id(32),
        id(16),
        fc.boolean(),
        fc.boolean(),
        (traceId, spanId, isSampled, isRandom) => {
          const trace = { traceId, spanId, isSampled, isRandom, state: undefined }
          assert.deepEqual(parseTraceparent(formatTraceparent(trace)), trace)
        },
      ),
      { seed: 2, numRuns: 300 },
    )
  })
})

describe('startTrace', () => {
  it('makes ids that parse, and no two alike', () => {
    const traces = Array.from({ length: 100 }, () => startTrace())
    for (const trace of traces) assert.deepEqual(parseTraceparent(formatTraceparent(trace)), trace)
    assert.equal(new Set(traces.map(({ traceId }) => traceId)).size, 100)
  })

  it('is not sampled when told so', () => {
    assert.match(formatTraceparent(startTrace(false)), /-02$/)
  })
})

describe('childTrace', () => {
  it('keeps the trace and gets a span id of its own', () => {
    const parent = { ...startTrace(), state: 'a=1' }
    const child = childTrace(parent)
    assert.notEqual(child.spanId, parent.spanId)
    assert.deepEqual({ ...child, spanId: '' }, { ...parent, spanId: '' })
  })
})
