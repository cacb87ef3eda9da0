import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { PgProtocolError } from '../../src/pg/errors.ts'
import { MessageFramer } from '../../src/pg/protocol/framing.ts'
import { message, readyForQuery } from '../support/backend-messages.ts'

/** Everything a framer delivers from `chunks`, as text. */
function deliver(chunks: readonly Buffer[], maxBytes?: number): string[] {
  const seen: string[] = []
  const framer = new MessageFramer(
    {
      onMessage(type, bytes, view, start, end) {
        assert.equal(view.getUint8(start - 5), type)
        seen.push(String.fromCharCode(type) + bytes.toString('latin1', start, end))
      },
    },
    maxBytes,
  )
  for (const chunk of chunks) framer.push(chunk)
  return seen
}

const transcript = Buffer.concat([
  message('S', 'TimeZone\0UTC\0'),
  message('D', 'x'.repeat(300)),
  message('1'),
  readyForQuery(),
])
const whole = deliver([transcript])

describe('MessageFramer', () => {
  it('delivers every message of a chunk', () => {
    assert.deepEqual(whole, ['STimeZone\0UTC\0', `D${'x'.repeat(300)}`, '1', 'ZI'])
  })

  it('delivers the same wherever the stream is cut once', () => {
    for (let cut = 0; cut <= transcript.length; cut++) {
      const parts = [transcript.subarray(0, cut), transcript.subarray(cut)]
      assert.deepEqual(deliver(parts), whole, `cut at ${cut}`)
    }
  })

  it('delivers the same byte by byte, from one reused buffer', () => {
    const shared = Buffer.alloc(16)
    const seen: string[] = []
    const framer = new MessageFramer({
      onMessage: (type, bytes, _view, start, end) =>
        seen.push(String.fromCharCode(type) + bytes.toString('latin1', start, end)),
    })
    for (const byte of transcript) {
      shared.fill(0xff)
      shared[3] = byte
      framer.push(shared.subarray(3, 4))
    }
    assert.deepEqual(seen, whole)
  })

  it('delivers the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.map((body) => message('D', body)))
          const offsets = cuts.map((cut) => cut % (stream.length + 1)).toSorted((a, b) => a - b)
          const chunks = [0, ...offsets].map((from, index) =>
            stream.subarray(from, offsets[index] ?? stream.length),
          )
          assert.deepEqual(
            deliver(chunks),
            bodies.map((body) => `D${Buffer.from(body).toString('latin1')}`),
          )
        },
      ),
      { numRuns: 300, seed: 1 },
    )
  })

  for (const [what, bytes] of [
    ['a length below its own four bytes', Buffer.from([0x44, 0, 0, 0, 3])],
    ['a negative length', Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff])],
    ['a length above the limit', Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff])],
    ['a long message of a type that is always short', Buffer.from([0x5a, 0, 2, 0, 0])],
  ] as const) {
    it(`refuses ${what}`, () => assert.throws(() => deliver([bytes]), PgProtocolError))

    it(`refuses ${what}, cut after each byte`, () => {
      for (let cut = 1; cut < bytes.length; cut++) {
        assert.throws(() => deliver([bytes.subarray(0, cut), bytes.subarray(cut)]), PgProtocolError)
      }
    })
  }

  it('delivers nothing more after stop', () => {
    const seen: number[] = []
    const framer = new MessageFramer({
      onMessage(type) {
        seen.push(type)
        framer.stop()
      },
    })
    framer.push(transcript)
    framer.push(transcript)
    assert.deepEqual(seen, [0x53])
  })
})
