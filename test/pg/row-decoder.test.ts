import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { PgProtocolError } from '../../src/pg/errors.ts'
import { Oid } from '../../src/pg/types/oid.ts'
import { columnCodec } from '../../src/pg/types/registry.ts'
import {
  compileRowDecoder,
  interpretRows,
  type RowColumn,
  type RowDecoder,
} from '../../src/pg/types/row-decoder.ts'
import { dataRow, int16, int32, message } from '../support/backend-messages.ts'

const int4 = columnCodec(Oid.INT4, 'bigint').decode
const text = columnCodec(Oid.TEXT, 'bigint').decode

function decode(decoder: RowDecoder, row: Buffer): Record<string, unknown> {
  // In the middle of other memory, as in a receive buffer: nothing may be read from around it.
  const bytes = Buffer.concat([Buffer.alloc(9, 0xff), row, Buffer.alloc(9, 0xff)])
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return decoder(bytes, view, 9 + 5, 9 + row.length)
}

for (const [name, create] of [
  ['compileRowDecoder', compileRowDecoder],
  ['interpretRows', interpretRows],
] as const) {
  describe(name, () => {
    const columns: RowColumn[] = [
      { name: 'id', decode: int4 },
      { name: 'name', decode: text },
    ]
    const decoder = create(columns)

    it('makes an object of the columns in their order', () => {
      const row = decode(decoder, dataRow([int32(7), Buffer.from('Ann')]))
      assert.deepEqual(Object.entries(row), [
        ['id', 7],
        ['name', 'Ann'],
      ])
    })

    it('gives null for NULL', () => {
      assert.deepEqual(decode(decoder, dataRow([null, null])), { id: null, name: null })
    })

    it('treats hostile column names as plain data', () => {
      const names = [
        '__proto__',
        'constructor',
        '"]); process.exit(1); ([',
        '\u2028',
        '\\',
        '',
        '${x}',
        '0',
      ]
      const row = decode(
        create(names.map((columnName) => ({ name: columnName, decode: int4 }))),
        dataRow(names.map((_, index) => int32(index))),
      )
      assert.deepEqual(Object.keys(row).toSorted(), names.toSorted())
      for (const [index, columnName] of names.entries()) {
        assert.equal(Object.getOwnPropertyDescriptor(row, columnName)?.value, index)
      }
      assert.equal(Object.getPrototypeOf(row), Object.prototype)
    })

    for (const [what, row] of [
      ['fewer columns', dataRow([int32(1)])],
      ['more columns', dataRow([int32(1), int32(2), int32(3)])],
      [
        'a value that goes past the end',
        message('D', int16(2), int32(4), int32(1), int32(100), 'x'),
      ],
      ['a length below -1', message('D', int16(2), int32(-2), int32(-1))],
      ['bytes after the last column', message('D', int16(2), int32(-1), int32(-1), 'x')],
      ['no columns at all', message('D')],
      ['an int4 of three bytes', dataRow([Buffer.alloc(3), null])],
    ] as const) {
      it(`refuses a row with ${what}`, () =>
        assert.throws(() => decode(decoder, row), PgProtocolError))
    }

    it('refuses a row cut anywhere', () => {
      const row = dataRow([int32(7), Buffer.from('Ann')])
      for (let cut = 5; cut < row.length; cut++) {
        assert.throws(() => decode(decoder, row.subarray(0, cut)), PgProtocolError, `cut at ${cut}`)
      }
    })

    it('decodes what the other implementation decodes', () => {
      const other = create === interpretRows ? compileRowDecoder : interpretRows
      fc.assert(
        fc.property(
          fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 12 }),
          (values) => {
            const shape = values.map((_, index) => ({ name: `c${index}`, decode: text }))
            const row = dataRow(values.map((value) => (value === null ? null : Buffer.from(value))))
            assert.deepEqual(decode(create(shape), row), decode(other(shape), row))
            assert.deepEqual(
              Object.values(decode(create(shape), row)),
              values.map((value) => (value === null ? null : Buffer.from(value).toString())),
            )
          },
        ),
        { numRuns: 200, seed: 2 },
      )
    })
  })
}

describe('column decoders', () => {
  const oids = [
    ...Object.values(Oid),
    1000,
    1001,
    1007,
    1009,
    1016,
    1022,
    1182,
    1115,
    1185,
    1231,
    2951,
    3807,
  ]

  it('read nothing outside their value and fail only as they say, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...oids), fc.uint8Array({ maxLength: 64 }), (oid, value) => {
        const { decode: decodeColumn } = columnCodec(oid, 'bigint')
        const padded = [0x00, 0xff].map((filler) => {
          const bytes = Buffer.concat([Buffer.alloc(16, filler), value, Buffer.alloc(16, filler)])
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
          try {
            return decodeColumn(bytes, view, 16, value.length)
          } catch (error) {
            if (error instanceof SyntaxError) return 'not JSON'
            assert.match((error as Error).name, /^Pg(Protocol|Decode)Error$/)
            return 'refused'
          }
        })
        assert.deepEqual(padded[0], padded[1])
      }),
      { numRuns: 3000, seed: 3 },
    )
  })
})
