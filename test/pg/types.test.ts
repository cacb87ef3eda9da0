import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { json, PgDecodeError, PgPool } from '../../src/pg/index.ts'
import { testDatabase } from '../support/postgres.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: PgPool

before(async () => {
  database = await testDatabase()
  pool = new PgPool(database.url, { max: 2 })
})

after(async () => {
  await pool.close()
  await database.stop()
})

/** Text as PostgreSQL stores it: no zero character, no half of a surrogate pair. */
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .map((value) => value.replaceAll('\0', '').toWellFormed())
const micros = fc.integer({ min: 0, max: 999_999 })
const wallClock = fc
  .tuple(fc.date({ min: new Date(-62e12), max: new Date(250e12), noInvalidDate: true }), micros)
  .map(([date, fraction]) => {
    const digits = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
    return `${date
      .toISOString()
      .slice(0, -5)
      .replace('+', '')
      .replace(/^0+(\d{5})/, '$1')
      .replace('T', ' ')}${digits}`
  })
const jsonValue = fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }).map(
  (value) =>
    // PostgreSQL's jsonb has neither zero characters nor lone surrogates nor a negative zero.
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(/\\u(0000|d[89a-f]..)/g, '?')
        .replaceAll('-0,', '0,'),
    ) as unknown,
)

/** For each type: what goes in and comes out the same. */
const SAME: Record<string, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int2: fc.integer({ min: -32768, max: 32767 }),
  int4: fc.integer(),
  int8: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  oid: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  float8: fc.double(),
  float4: fc
    .float({ noDefaultInfinity: false })
    .map((value) => Number(value.toPrecision(6)))
    .filter((value) => Math.abs(value) < 1e38 && (value === 0 || Math.abs(value) > 1e-37)),
  text,
  varchar: text,
  bytea: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  uuid: fc.uuid(),
  date: wallClock.map((value) => value.slice(0, value.indexOf(' '))),
  timestamp: wallClock,
  timestamptz: fc.date({ min: new Date(-200e12), max: new Date(8.64e15), noInvalidDate: true }),
  numeric: fc
    .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.stringMatching(/^(\.\d{1,30})?$/))
    .map(([whole, fraction]) => `${whole}${fraction}`),
  jsonb: jsonValue.filter((value) => value !== null),
  json: jsonValue.filter((value) => value !== null),
}

describe('a value of type', () => {
  for (const [type, arbitrary] of Object.entries(SAME)) {
    it(`${type} comes back as it was sent, alone and in arrays`, async () => {
      const values = fc.sample(arbitrary, { numRuns: 400, seed: 11 })
      const wrap = type.startsWith('json') ? json : (value: unknown): unknown => value
      const sql = `select $1::${type} as value`
      const rows = await Promise.all(values.map((value) => pool.one(sql, [wrap(value)])))
      assert.deepEqual(
        rows.map((row) => row['value']),
        values,
      )

      const sparse = values.map((value, index) => (index % 7 === 0 ? null : value))
      const sent = sparse.map((value) => (value === null ? null : wrap(value)))
      const { list } = await pool.one<{ list: unknown[] }>(`select $1::${type}[] as list`, [sent])
      assert.deepEqual(list, sparse)
    })
  }

  it('float8 keeps what has no digits', async () => {
    const values = [Number.NaN, Infinity, -Infinity, -0, 5e-324, 1.7976931348623157e308]
    const rows = await Promise.all(
      values.map((value) => pool.one('select $1::float8 as v', [value])),
    )
    assert.deepEqual(
      rows.map((row) => row['v']),
      values,
    )
  })
})

describe('a literal', () => {
  for (const [sql, expected] of [
    ["'NaN'::numeric", 'NaN'],
    ["'-Infinity'::numeric", '-Infinity'],
    ['0::numeric', '0'],
    ['0.0000::numeric', '0.0000'],
    ['-0.00012345::numeric', '-0.00012345'],
    ['1e-20::numeric', '0.00000000000000000001'],
    ['1e30::numeric', '1000000000000000000000000000000'],
    ['10000.10000::numeric', '10000.10000'],
    ["'0044-03-15 BC'::date", '0044-03-15 BC'],
    ["'4713-01-01 BC'::date", '4713-01-01 BC'],
    ["'5874897-12-31'::date", '5874897-12-31'],
    ["'infinity'::date", 'infinity'],
    ["'-infinity'::timestamp", '-infinity'],
    ["'294276-12-31 23:59:59.999999'::timestamp", '294276-12-31 23:59:59.999999'],
    ["'2024-03-31 02:30'::timestamp", '2024-03-31 02:30:00'],
    ["'2024-01-01 00:00:00.999999+00'::timestamptz", new Date('2024-01-01T00:00:00.999Z')],
    ["'1969-12-31 23:59:59.9999+00'::timestamptz", new Date('1969-12-31T23:59:59.999Z')],
    ["'0044-03-15 BC'::timestamptz at time zone 'UTC'", '0044-03-15 00:00:00 BC'],
    ["'{1,NULL,3}'::int4[]", [1, null, 3]],
    ["'[0:1]={5,6}'::int4[]", [5, 6]],
    ["'{}'::text[]", []],
    [
      "'{{{1},{2}},{{3},{NULL}}}'::int4[]",
      [
        [[1], [2]],
        [[3], [null]],
      ],
    ],
    ["'abc'::bpchar(5)", 'abc  '],
    ["'x'::name", 'x'],
    ['\'x\'::"char"', 'x'],
    ['1.1::float4', 1.1],
    ['3.4028235e38::float4', 3.4028235e38],
    ["'1 day 2 hours'::interval", '1 day 02:00:00'],
    ["'10.0.0.1/8'::inet", '10.0.0.1/8'],
    ["'[1,5)'::int4range", '[1,5)'],
    ['null::int4', null],
    ["'null'::jsonb", null],
    ['\'"x"\'::json', 'x'],
    ["row(1,'a')", '(1,a)'],
    ['9223372036854775807', 9223372036854775807n],
    ["repeat('é', 40000)", 'é'.repeat(40000)],
  ] as const) {
    it(`${sql} is ${inspect(expected).slice(0, 60)}`, async () => {
      assert.deepEqual((await pool.one(`select ${sql} as v`))['v'], expected)
    })
  }

  it("timestamptz 'infinity' fails its own query with a hint, and no other", async () => {
    const [bad, good] = await Promise.allSettled([
      pool.many("select v from (values ('infinity'::timestamptz), (now())) t(v)"),
      pool.one('select 1 as one'),
    ])
    assert.equal(bad.status, 'rejected')
    assert.ok(bad.reason instanceof PgDecodeError)
    assert.match(bad.reason.message, /infinity does not fit a Date; select it as text/)
    assert.deepEqual(good, { status: 'fulfilled', value: { one: 1 } })
  })

  it('of an enum, a domain and their arrays is text', async () => {
    await pool.exec(
      "create type mood as enum ('sad', 'ok'); create domain positive as int4 check (value > 0)",
    )
    const row = await pool.one(
      'select $1::mood as mood, $2::mood[] as moods, $3::positive as number',
      ['ok', ['sad', null], 5],
    )
    assert.deepEqual(row, { mood: 'ok', moods: '{sad,NULL}', number: 5 })
  })
})

describe("the pool option int8: 'number'", () => {
  it('gives numbers, and fails rather than round', async () => {
    const numbers = new PgPool(database.url, { int8: 'number' })
    const values = [0, -1, 2 ** 53 - 1, -(2 ** 53 - 1), 4294967296, -4294967297]
    const rows = await Promise.all(
      values.map((value) => numbers.one('select $1::int8 as v', [value])),
    )
    assert.deepEqual(
      rows.map((row) => row['v']),
      values,
    )
    assert.deepEqual(await numbers.one('select count(*) from generate_series(1, 3)'), { count: 3 })
    await assert.rejects(numbers.one('select 9007199254740992 as v').toPromise(), PgDecodeError)
    await numbers.close()
  })
})
