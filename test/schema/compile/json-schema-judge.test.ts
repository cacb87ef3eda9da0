import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import {
  array,
  date,
  datetime,
  email,
  INVALID,
  Issues,
  int,
  num,
  object,
  type Schema,
  str,
  uuid,
} from '../../../src/schema/index.ts'
import { samplesWithInputs } from './support.ts'

/** An implementation of JSON Schema 2020-12 by others. Formats are notes there, not assertions. */
const ajv = new Ajv2020({
  strict: false,
  validateFormats: false,
  ownProperties: true,
  multipleOfPrecision: 9,
  logger: false,
})

/** Whether a JSON value fits by the JSON Schema that we publish. */
function fitsJsonSchema(schema: Schema<unknown>, value: unknown): boolean {
  const validate = ajv.compile(schema.toJsonSchema())
  ajv.removeSchema()
  return validate(value)
}

function fits(schema: Schema<unknown>, value: unknown): boolean {
  return schema.check(value, new Issues()) !== INVALID
}

function fromWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('toJsonSchema, with Ajv as the judge', () => {
  it('accepts and refuses what the schema accepts and refuses', () => {
    const count = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(samplesWithInputs(), ({ sample: { schema, isExact }, inputs }) => {
        if (!isExact) return
        for (const raw of inputs) {
          const input = fromWire(raw)
          if (JSON.stringify(input).includes('1e+300')) continue // documented below
          const actual = fits(schema, input)
          count[actual ? 'accepted' : 'refused']++
          assert.equal(actual, fitsJsonSchema(schema, input))
        }
      }),
      { seed: 31, numRuns: 600 },
    )
    assert.ok(count.accepted > 500 && count.refused > 300, JSON.stringify(count))
  })

  /** What docs/schemas.md lists: ours is narrower, as JSON Schema has no words for it. */
  const differences: readonly {
    readonly name: string
    readonly schema: Schema<unknown>
    readonly input: unknown
  }[] = [
    { name: 'whole numbers that a double does not hold exactly', schema: int(), input: 2 ** 53 },
    { name: 'dates that the calendar does not have', schema: date(), input: '2023-02-29' },
    { name: 'moments without an offset', schema: datetime(), input: '2024-02-29T12:00:00' },
    { name: 'addresses that are none', schema: email(), input: 'nobody' },
    { name: 'UUIDs that are none', schema: uuid(), input: '0' },
  ]
  for (const { name, schema, input } of differences) {
    it(`differs as documented: ${name}`, () => {
      assert.deepEqual([fits(schema, input), fitsJsonSchema(schema, input)], [false, true])
    })
  }

  it('differs as documented: flags of a regular expression do not travel', () => {
    const schema = str({ pattern: /^ab$/i })
    assert.deepEqual([fits(schema, 'AB'), fitsJsonSchema(schema, 'AB')], [true, false])
  })

  it('agrees on large models before and after they have code', () => {
    const schema = object({
      items: array(object({ id: int({ min: 1 }), price: num({ above: 0 }) }), { maxItems: 3 }),
    })
    const good = { items: [{ id: 1, price: 1 }] }
    const bad = { items: [{ id: 0, price: 1 }] }
    for (let call = 0; call < 40; call++) {
      for (const input of [good, bad]) {
        const actual = schema.tier.check(input, new Issues()) !== INVALID
        assert.equal(actual, fitsJsonSchema(schema, input))
      }
    }
  })
})
