import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { PgParameterError } from '../../src/pg/errors.ts'
import { MessageWriter } from '../../src/pg/protocol/writer.ts'
import { PreparedStatement } from '../../src/pg/statement.ts'
import { json, rawJson } from '../../src/pg/types/json.ts'
import { Oid } from '../../src/pg/types/oid.ts'

const SQL = 'select the statement'

function statement(...oids: number[]): PreparedStatement {
  const prepared = new PreparedStatement('s1', SQL)
  prepared.learn(
    oids,
    [{ name: 'a', dataTypeId: Oid.INT4, tableId: 0, columnId: 0, typeModifier: -1 }],
    'bigint',
  )
  return prepared
}

/** The formats and values of a Bind message, with the message's structure checked on the way. */
function bind(oids: number[], values: unknown[]): { format: number; value: string | null }[] {
  const out = new MessageWriter(16)
  statement(...oids).bind(out, values)
  const bytes = out.take()
  assert.equal(bytes.toString('latin1', 0, 1), 'B')
  const end = 1 + bytes.readInt32BE(1)
  assert.equal(bytes.toString('latin1', 5, 9), '\0s1\0')
  let at = 9
  const read16 = (): number => bytes.readUInt16BE((at += 2) - 2)
  const formats = Array.from({ length: read16() }, read16)
  const parameters = Array.from({ length: read16() }, (_, index) => {
    const length = bytes.readInt32BE(at)
    at += 4
    const format = formats[index] as number
    if (length === -1) return { format, value: null }
    const value = bytes.toString(format === 1 ? 'hex' : 'utf8', at, at + length)
    at += length
    return { format, value }
  })
  assert.deepEqual([read16(), read16()], [1, 1], 'one result format, binary')
  assert.equal(at, end)
  assert.equal(bytes.toString('latin1', end), 'E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04')
  return parameters
}

describe('PreparedStatement.bind', () => {
  for (const [oid, value, format, written] of [
    [Oid.BOOL, true, 1, '01'],
    [Oid.BOOL, 'yes', 0, 'yes'],
    [Oid.INT2, -2, 1, 'fffe'],
    [Oid.INT4, 2147483647, 1, '7fffffff'],
    [Oid.INT4, '42', 0, '42'],
    [Oid.INT4, 42n, 0, '42'],
    [Oid.INT8, -1n, 1, 'ffffffffffffffff'],
    [Oid.INT8, -1, 1, 'ffffffffffffffff'],
    [Oid.INT8, 9007199254740991, 1, '001fffffffffffff'],
    [Oid.FLOAT8, 1.5, 1, '3ff8000000000000'],
    [Oid.FLOAT4, 1.5, 1, '3fc00000'],
    [Oid.TEXT, 'hé', 0, 'hé'],
    [Oid.TEXT, 12, 0, '12'],
    [Oid.NUMERIC, '12345678901234567890.5', 0, '12345678901234567890.5'],
    [Oid.BYTEA, Uint8Array.of(0, 255), 1, '00ff'],
    [Oid.TIMESTAMPTZ, new Date(Date.UTC(2000, 0, 1, 0, 0, 1)), 1, '00000000000f4240'],
    [Oid.DATE, '2024-02-29', 0, '2024-02-29'],
    [Oid.JSONB, { a: [1, null] }, 0, '{"a":[1,null]}'],
    [Oid.JSON, json('text'), 0, '"text"'],
    [Oid.JSON, json(null), 0, 'null'],
    [Oid.JSON, rawJson('{"a":1}'), 0, '{"a":1}'],
    [1007, [1, null, -3], 0, '{1,NULL,-3}'],
    [1009, ['a b', 'NULL', '', '"\\', 'x'], 0, '{"a b","NULL","","\\"\\\\",x}'],
    [
      1007,
      [
        [1, 2],
        [3, 4],
      ],
      0,
      '{{1,2},{3,4}}',
    ],
    [1001, [Uint8Array.of(255)], 0, '{"\\\\xff"}'],
    [3807, [[1], { a: 'b' }], 0, '{"[1]","{\\"a\\":\\"b\\"}"}'],
    [3904, '[1,5)', 0, '[1,5)'],
  ] as const) {
    it(`writes ${typeof value} ${inspect(value)} for type ${oid}`, () =>
      assert.deepEqual(bind([oid], [value]), [{ format, value: written }]))
  }

  it('writes null as NULL, for every type', () => {
    for (const oid of Object.values(Oid)) assert.equal(bind([oid], [null])[0]?.value, null)
  })

  for (const [oid, value, problem] of [
    [Oid.INT4, undefined, /Parameter \$1 of select the statement: it is undefined; use null/],
    [Oid.INT4, 1.5, /int4; it must be an integer of 32 bits/],
    [Oid.INT4, 2147483648, /int4/],
    [Oid.INT4, Number.NaN, /NaN is not a value for int4/],
    [Oid.INT2, 40000, /int2/],
    [Oid.INT8, 2 ** 53, /int8; a number must be an integer up to 2\^53 - 1/],
    [Oid.INT8, 2n ** 63n, /int8; it must fit 64 bits/],
    [Oid.FLOAT4, 1e300, /float4; it is out of range/],
    [Oid.BOOL, 1, /bool; pass a string or boolean/],
    [Oid.TEXT, { a: 1 }, /text; pass a number or bigint or boolean or string/],
    [Oid.TEXT, 'a\0b', /zero character/],
    [Oid.BYTEA, 'text', /pass a Uint8Array/],
    [Oid.TIMESTAMPTZ, new Date(Number.NaN), /the Date is invalid/],
    [Oid.TIMESTAMP, new Date(0), /a Date is an instant; pass text, or cast/],
    [Oid.DATE, new Date(0), /a Date is an instant/],
    [Oid.JSON, 'text', /wrap it: json\(value\)/],
    [Oid.JSON, () => 1, /no JSON form/],
    [1007, 5, /int4\[\]; pass an array/],
    [1007, [undefined], /an array element is undefined/],
    [1009, ['a\0'], /zero character/],
    [1114, Symbol('x'), /timestamp/],
  ] as const) {
    it(`refuses ${inspect(value)} for type ${oid} and writes nothing`, () => {
      const out = new MessageWriter()
      out.text('before')
      assert.throws(
        () => statement(Oid.INT4, oid).bind(out, [1, value]),
        (error) => {
          assert.ok(error instanceof PgParameterError)
          assert.equal(error.position, 2)
          assert.equal(error.query, SQL)
          assert.match(error.message, new RegExp(problem.source.replace('\\$1', '\\$2')))
          return true
        },
      )
      assert.equal(out.take().toString(), 'before')
    })
  }

  it('names the cause of a failed JSON conversion', () => {
    const circular: unknown[] = []
    circular.push(circular)
    assert.throws(
      () => bind([Oid.JSON], [circular]),
      /Parameter \$1 .*cannot be written as JSON: Converting circular/,
    )
  })

  it('refuses another number of parameters', () => {
    assert.throws(() => bind([Oid.INT4, Oid.INT4], [1]), /it has 2, but 1 were given/)
    assert.throws(() => bind([], [1]), /it has 0, but 1 were given/)
  })

  it('grows the buffer for long values', () => {
    const long = 'é'.repeat(100_000)
    assert.equal(bind([Oid.TEXT, Oid.INT4], [long, 1])[0]?.value, long)
  })
})
