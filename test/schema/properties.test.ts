import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  array,
  bool,
  INVALID,
  Issues,
  int,
  literal,
  nullable,
  num,
  object,
  optional,
  record,
  type Schema,
  str,
  union,
} from '../../src/schema/index.ts'

/** A schema beside the plainest statement of what it means. */
interface Twin {
  readonly schema: Schema<unknown>
  /** The value with undeclared keys left out; `INVALID` if it does not fit. */
  readonly oracle: (value: unknown) => unknown
}

const when =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): unknown =>
    fits(value) ? value : INVALID

const leaves: readonly Twin[] = [
  {
    schema: int({ min: -2, max: 5 }),
    oracle: when((v) => Number.isSafeInteger(v) && Number(v) >= -2 && Number(v) <= 5),
  },
  { schema: num({ above: 0 }), oracle: when((v) => Number.isFinite(v) && Number(v) > 0) },
  { schema: bool(), oracle: when((v) => typeof v === 'boolean') },
  {
    schema: str({ minLength: 1, maxLength: 2 }),
    oracle: when((v) => typeof v === 'string' && [1, 2].includes(Array.from(v).length)),
  },
  { schema: str(), oracle: when((v) => typeof v === 'string') },
  { schema: literal('a', 1), oracle: when((v) => v === 'a' || v === 1) },
]

function arrayTwin(item: Twin): Twin {
  const oracle = (value: unknown): unknown => {
    if (!Array.isArray(value)) return INVALID
    const items = value.map(item.oracle)
    return items.includes(INVALID) ? INVALID : items
  }
  return { schema: array(item.schema), oracle }
}

function recordTwin(item: Twin): Twin {
  const oracle = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return INVALID
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
      key,
      item.oracle(inner),
    ])
    return entries.some(([, inner]) => inner === INVALID) ? INVALID : Object.fromEntries(entries)
  }
  return { schema: record(item.schema), oracle }
}

function nullableTwin(item: Twin): Twin {
  return {
    schema: nullable(item.schema),
    oracle: (value) => (value === null ? null : item.oracle(value)),
  }
}

function unionTwin(first: Twin, second: Twin): Twin {
  const oracle = (value: unknown): unknown => {
    const result = first.oracle(value)
    return result === INVALID ? second.oracle(value) : result
  }
  return { schema: union(first.schema, second.schema), oracle }
}

function objectTwin(
  fields: readonly (readonly [key: string, isOptional: boolean, twin: Twin])[],
): Twin {
  const unique = [...new Map(fields.map((field) => [field[0], field])).values()]
  const declared = unique.map(([key, isOptional, { schema }]): [string, Schema<unknown>] => [
    key,
    isOptional ? optional(schema) : schema,
  ])
  const oracle = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return INVALID
    const result: [string, unknown][] = []
    for (const [key, isOptional, twin] of unique) {
      if (!Object.hasOwn(value, key)) {
        if (isOptional) continue
        return INVALID
      }
      const inner = twin.oracle((value as Record<string, unknown>)[key])
      if (inner === INVALID) return INVALID
      result.push([key, inner])
    }
    return Object.fromEntries(result)
  }
  return { schema: object(Object.fromEntries(declared)), oracle }
}

const keys = fc.constantFrom('a', 'b', 'c', 'toString', 'constructor')

const twins = fc.letrec<{ twin: Twin }>((tie) => ({
  twin: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...leaves),
    tie('twin').map(arrayTwin),
    tie('twin').map(recordTwin),
    tie('twin').map(nullableTwin),
    fc.tuple(tie('twin'), tie('twin')).map(([first, second]) => unionTwin(first, second)),
    fc.array(fc.tuple(keys, fc.boolean(), tie('twin')), { maxLength: 4 }).map(objectTwin),
  ),
})).twin

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, 1, 3, -7, 0.5, 1e300, '', 'a', 'ab', 'abc', '😀', '"\\\n\ud800'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(keys, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
  ),
})).value

/** As it comes from the wire: `__proto__` is an own key. */
function viaJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

describe('schemas', () => {
  it('validate as the plainest statement of their meaning does, and say why if not', () => {
    let accepted = 0
    fc.assert(
      fc.property(twins, values, ({ schema, oracle }, raw) => {
        const value = viaJson(raw)
        const issues = new Issues()
        const actual = schema.check(value, issues)
        const expected = oracle(value)
        assert.equal(actual === INVALID, expected === INVALID)
        assert.equal(issues.isEmpty, expected !== INVALID)
        if (expected === INVALID) return
        accepted++
        // As text, because a record has no prototype, which deepEqual would notice.
        assert.deepEqual(viaJson(actual), viaJson(expected))
      }),
      { seed: 11, numRuns: 3000 },
    )
    assert.ok(accepted > 300, `only ${accepted} of the values were valid`)
  })

  it('write what JSON.stringify makes of the value without undeclared keys', () => {
    let written = 0
    fc.assert(
      fc.property(twins, values, ({ schema, oracle }, raw) => {
        const value = viaJson(raw)
        const expected = oracle(value)
        if (expected === INVALID) {
          assert.throws(() => schema.write(value), { code: 'SCHEMA_SERIALIZATION' })
          assert.throws(() => schema.stringify(value), { code: 'SCHEMA_SERIALIZATION' })
        } else {
          written++
          assert.equal(schema.write(value), JSON.stringify(expected))
          assert.equal(schema.stringify(value), JSON.stringify(expected))
        }
      }),
      { seed: 12, numRuns: 3000 },
    )
    assert.ok(written > 300, `only ${written} of the values were valid`)
  })

  it('accept again what they have accepted once', () => {
    fc.assert(
      fc.property(twins, values, ({ schema }, raw) => {
        const first = schema.check(viaJson(raw), new Issues())
        if (first === INVALID) return
        assert.deepEqual(viaJson(schema.check(first, new Issues())), viaJson(first))
      }),
      { seed: 13, numRuns: 1000 },
    )
  })

  it('never throw on any text where the wire has text', () => {
    fc.assert(
      fc.property(twins, fc.string({ unit: 'binary' }), ({ schema }, text) => {
        const issues = new Issues()
        assert.equal(schema.checkText(text, issues) === INVALID, !issues.isEmpty)
      }),
      { seed: 14, numRuns: 1000 },
    )
  })
})
