import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { MessageError } from '../../src/reactor/mesh/mesh-errors.ts'
import { MessageDecoder } from '../../src/reactor/mesh/message-decoder.ts'
import { MessageEncoder } from '../../src/reactor/mesh/message-encoder.ts'

const SIZE = 64 * 1024
const bytes = Buffer.from(new SharedArrayBuffer(SIZE))
const view = new DataView(bytes.buffer)
const encoder = new MessageEncoder(bytes, view)
const decoder = new MessageDecoder(bytes, view)

/** Writes at an odd place, so that nothing relies on alignment. */
function encode(value: unknown, limit = SIZE): boolean {
  encoder.target(bytes, view, 3, limit)
  return encoder.write(value)
}

function decode(end = encoder.at): unknown {
  decoder.source(bytes, view, 3, end)
  return decoder.read()
}

function roundTrip(value: unknown): unknown {
  assert.ok(encode(value))
  return decode()
}

const message = fc.anything({
  withBigInt: true,
  withDate: true,
  maxDepth: 4,
  maxKeys: 6,
  key: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('__proto__')),
  values: [
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.bigInt(),
    fc.uint8Array({ maxLength: 40 }),
    fc.date({ noInvalidDate: true }),
  ],
})

describe('message codec', () => {
  it('gives back any tree of the values it knows', () => {
    fc.assert(
      fc.property(message, (value) => {
        assert.deepStrictEqual(roundTrip(value), value)
      }),
      { numRuns: 1_000 },
    )
  })

  const EDGES = [
    0,
    -0,
    1,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    0.1,
    Number.NaN,
    Infinity,
    -Infinity,
    Number.MAX_SAFE_INTEGER,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 63n,
    -(2n ** 200n),
    0n,
    '',
    'a'.repeat(24),
    'a'.repeat(25),
    'é'.repeat(300),
    '\ud800',
    'a\u0100',
    `${'a'.repeat(40)}\u{1f600}`,
    [],
    {},
    [undefined, null],
    { a: undefined },
    new Uint8Array(0),
  ] // prettier-ignore
  for (const value of EDGES) {
    it(`gives back ${typeof value} ${describeEdge(value)}`, () => {
      assert.deepStrictEqual(roundTrip(value), value)
    })
  }

  it('gives back a date that is none', () => {
    // Node 22 does not take two of them for equal.
    const received = roundTrip(new Date(Number.NaN))
    assert.ok(received instanceof Date)
    assert.equal(received.getTime(), Number.NaN)
  })

  it('makes a key of __proto__ a key, not a prototype', () => {
    const sent: unknown = JSON.parse('{"__proto__": {"isAdmin": true}}')
    const received = roundTrip(sent) as { readonly isAdmin?: boolean }
    assert.equal(received.isAdmin, undefined)
    assert.deepEqual(Object.keys(received), ['__proto__'])
  })

  it('copies bytes, so that nothing points into the ring', () => {
    const received = roundTrip(Buffer.from('hello')) as Uint8Array
    bytes.fill(0)
    assert.deepEqual(received, new Uint8Array([104, 101, 108, 108, 111]))
    assert.equal(received.buffer.byteLength, 5)
  })

  const deep: unknown[] = []
  const ring: unknown[] = [deep]
  deep.push(ring)
  const FOREIGN: Readonly<Record<string, unknown>> = {
    'a Map': new Map(),
    'a class instance': new URL('http://localhost/'),
    'a function': () => 1,
    'a symbol': Symbol('s'),
    'an error': new Error('e'),
    'a sparse array': new Array(3),
    'a ring of references': ring,
    'shared memory': new Uint8Array(new SharedArrayBuffer(4)),
    'other numbers': new Float32Array(2),
  }
  for (const [name, value] of Object.entries(FOREIGN)) {
    it(`leaves ${name} to structured clone, wherever it is`, () => {
      assert.equal(encode(value), false)
      assert.equal(encoder.isForeign, true)
      assert.equal(encode({ in: ['side', value] }), false)
      assert.equal(encoder.isForeign, true)
    })
  }

  it('says that there is no room, wherever it ends, and writes nothing behind it', () => {
    const value = {
      a: [1, 0.5, 'text', 'ä\u0100', 10n, 2n ** 70n, null],
      b: new Uint8Array(9),
      c: new Date(5),
    }
    assert.ok(encode(value))
    const { at: end } = encoder
    for (let limit = 3; limit < end; limit++) {
      bytes.fill(0xee, limit, end + 16)
      assert.equal(encode(value, limit), false, `limit ${limit}`)
      assert.equal(encoder.isForeign, false)
      assert.ok(
        bytes.subarray(limit, end + 16).every((byte) => byte === 0xee),
        `limit ${limit}`,
      )
    }
  })

  it('refuses every message that was cut short', () => {
    assert.ok(encode([1, 'text', { key: [0.5, 10n, new Date(5)] }, 'x'.repeat(40)]))
    const { at: end } = encoder
    for (let cut = 3; cut < end; cut++) assert.throws(() => decode(cut), MessageError)
  })

  it('answers any bytes with a value or a MessageError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (hostile) => {
        bytes.set(hostile, 3)
        try {
          decode(3 + hostile.length)
        } catch (error) {
          assert.ok(error instanceof MessageError)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it('answers a message with one byte changed with a value or a MessageError', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (value, place, byte) => {
        assert.ok(encode(value))
        const { at: end } = encoder
        bytes[3 + (place % (end - 3))] = byte
        try {
          decode(end)
        } catch (error) {
          assert.ok(error instanceof MessageError)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses bytes that nest without end, and counts beyond the bytes there are', () => {
    const array = [13, 255, 255, 255, 127]
    bytes.set(array, 3)
    assert.throws(() => decode(8), MessageError)
    for (let at = 0; at < 1_000; at += 5) bytes.set([13, 1, 0, 0, 0], 3 + at)
    assert.throws(() => decode(1_003), MessageError)
  })
})

function describeEdge(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value).slice(0, 30)
}
