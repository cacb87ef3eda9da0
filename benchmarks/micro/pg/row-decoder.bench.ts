/**
 * Compiled against interpreted row decoders: `node benchmarks/micro/pg/row-decoder.bench.ts`.
 *
 * The rule for generated code asks for a gain of 1.3 times or more. Several statements are decoded in
 * turn, as in a real program, so that neither side profits from seeing one shape only.
 */
import assert from 'node:assert/strict'
import { Oid } from '../../../src/pg/types/oid.ts'
import { columnCodec } from '../../../src/pg/types/registry.ts'
import {
  compileRowDecoder,
  interpretRows,
  type RowColumn,
  type RowDecoder,
} from '../../../src/pg/types/row-decoder.ts'

const ROUNDS = 15
const ROWS_PER_ROUND = 200_000

interface Statement {
  readonly columns: readonly RowColumn[]
  readonly row: Buffer
}

function statement(name: string, values: readonly (readonly [number, Buffer])[]): Statement {
  const columns = values.map(([oid], index) => ({
    name: `${name}_${index}`,
    decode: columnCodec(oid, 'bigint').decode,
  }))
  const count = Buffer.alloc(2)
  count.writeInt16BE(values.length)
  const parts = values.flatMap(([, value]) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(value.length)
    return [length, value]
  })
  return { columns, row: Buffer.concat([count, ...parts]) }
}

const int4 = Buffer.from([0, 0, 16, 146])
const text = Buffer.from('Ann')
const statements = [
  statement('world', [
    [Oid.INT4, int4],
    [Oid.INT4, int4],
  ]),
  statement('user', [
    [Oid.INT4, int4],
    [Oid.TEXT, text],
    [Oid.BOOL, Buffer.of(1)],
    [Oid.FLOAT8, Buffer.alloc(8, 64)],
  ]),
  statement('order', [
    [Oid.INT4, int4],
    [Oid.VARCHAR, text],
    [Oid.VARCHAR, text],
    [Oid.INT2, Buffer.of(0, 1)],
    [Oid.INT4, int4],
    [Oid.TIMESTAMPTZ, Buffer.alloc(8, 1)],
  ]),
]

/** Nanoseconds per row of one round over all statements. */
function measure(decoders: readonly RowDecoder[]): number {
  let checksum = 0
  const views = statements.map(({ row }) => new DataView(row.buffer, row.byteOffset, row.length))
  const startMs = performance.now()
  for (let index = 0; index < ROWS_PER_ROUND; index++) {
    const which = index % statements.length
    const { row } = statements[which] as Statement
    const decoded = (decoders[which] as RowDecoder)(row, views[which] as DataView, 0, row.length)
    if (decoded !== undefined) checksum++
  }
  const tookMs = performance.now() - startMs
  assert.equal(checksum, ROWS_PER_ROUND)
  return (tookMs * 1e6) / ROWS_PER_ROUND
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}

const contestants = {
  compiled: statements.map(({ columns }) => compileRowDecoder(columns)),
  interpreted: statements.map(({ columns }) => interpretRows(columns)),
}
for (const [index, { row }] of statements.entries()) {
  const view = new DataView(row.buffer, row.byteOffset, row.length)
  const [a, b] = [contestants.compiled[index], contestants.interpreted[index]].map((decoder) =>
    decoder?.(row, view, 0, row.length),
  )
  assert.deepEqual(a, b)
}
const rounds: Record<keyof typeof contestants, number[]> = { compiled: [], interpreted: [] }
for (let round = 0; round < ROUNDS; round++) {
  rounds.compiled.push(measure(contestants.compiled))
  rounds.interpreted.push(measure(contestants.interpreted))
}
const compiled = median(rounds.compiled)
const interpreted = median(rounds.interpreted)
console.log(
  `compiled ${compiled.toFixed(0)} ns/row, interpreted ${interpreted.toFixed(0)} ns/row: ` +
    `${(interpreted / compiled).toFixed(2)} times`,
)
