import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { WebSocketProtocolError } from '../../src/websocket/errors.ts'
import { MessageParser } from '../../src/websocket/protocol/message-parser.ts'
import { rotateMask, unmask } from '../../src/websocket/protocol/unmask.ts'
import { Utf8Validator } from '../../src/websocket/protocol/utf8-validator.ts'
import { assertLinear } from '../http/content/linear.ts'
import { FAMILIES } from './support/cases.ts'
import { frameSpecs } from './support/frame-arbitraries.ts'
import { frame, text } from './support/frames.ts'

const MAX_MESSAGE_BYTES = 2000

/** All that a parser finds in bytes that come in these pieces. */
function events(pieces: readonly Buffer[], maxMessageBytes = MAX_MESSAGE_BYTES): string[] {
  const found: string[] = []
  const sink = {
    onMessage: (message: string | Uint8Array) =>
      found.push(
        typeof message === 'string'
          ? `text ${message}`
          : `binary ${Buffer.from(message).toString('hex')}`,
      ),
    onPing: (payload: Buffer) => found.push(`ping ${payload.toString('hex')}`),
    onPong: (payload: Buffer) => found.push(`pong ${payload.toString('hex')}`),
    onCloseFrame: (code: number, reason: string) => found.push(`close ${code} ${reason}`),
  }
  const parser = new MessageParser(sink, { isServer: true, maxMessageBytes })
  try {
    for (const piece of pieces) parser.feed(Buffer.from(piece))
  } catch (error) {
    if (!(error instanceof WebSocketProtocolError)) throw error
    found.push(`error ${error.code} ${error.closeCode}`)
  }
  return found
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

const frames = frameSpecs(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 140 }),
    fc.uint8Array({ maxLength: 140 }),
    fc.constantFrom('x'.repeat(126), 'y'.repeat(1500)),
  ),
  { maxLength: 8 },
)

describe('MessageParser', () => {
  it('finds the same whatever pieces valid and invalid frames come in', () => {
    const cuts = fc.array(fc.nat({ max: 20_000 }), { maxLength: 12 })
    fc.assert(
      fc.property(frames, cuts, (specs, at) => {
        const bytes = Buffer.concat(specs.map(frame))
        assert.deepEqual(events(split(bytes, at)), events([bytes]))
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('finds the same byte by byte', () => {
    fc.assert(
      fc.property(frames, (specs) => {
        const bytes = Buffer.concat(specs.map(frame))
        const single = Array.from(bytes, (byte) => Buffer.of(byte))
        assert.deepEqual(events(single), events([bytes]))
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  it('neither crashes on nor hangs in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        events([Buffer.from(bytes)])
      }),
      { numRuns: 20_000, seed: 7 },
    )
  })

  it('finds the same when it is stopped behind each message', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat({ max: 20_000 }), { maxLength: 4 }), (specs, cuts) => {
        const bytes = Buffer.concat(specs.map(frame))
        const found: string[] = []
        const stop = (event: string): void => {
          found.push(event)
          parser.isStopped = true
        }
        const parser = new MessageParser(
          {
            onMessage: (message) => stop(`message ${message.length}`),
            onPing: () => stop('ping'),
            onPong: () => stop('pong'),
            onCloseFrame: () => stop('close'),
          },
          { isServer: true, maxMessageBytes: MAX_MESSAGE_BYTES },
        )
        const plain: string[] = []
        const straight = new MessageParser(
          {
            onMessage: (message) => plain.push(`message ${message.length}`),
            onPing: () => plain.push('ping'),
            onPong: () => plain.push('pong'),
            onCloseFrame: () => plain.push('close'),
          },
          { isServer: true, maxMessageBytes: MAX_MESSAGE_BYTES },
        )
        const attempt = (step: () => void): void => {
          try {
            step()
          } catch (error) {
            assert.ok(error instanceof WebSocketProtocolError)
          }
        }
        attempt(() => straight.feed(Buffer.from(bytes)))
        for (const piece of split(bytes, cuts)) {
          attempt(() => parser.feed(Buffer.from(piece)))
          while (parser.isStopped && !parser.isOver) attempt(() => parser.resume())
        }
        while (parser.isStopped && !parser.isOver) attempt(() => parser.resume())
        assert.deepEqual(found, plain)
      }),
      { numRuns: 1500, seed: 7 },
    )
  })

  it('copies nothing of what waits behind a message it is stopped at', () => {
    assertLinear((count) => {
      let found = 0
      const sink = {
        onMessage() {
          found++
          parser.isStopped = true
        },
        onPing() {},
        onPong() {},
        onCloseFrame() {},
      }
      const parser = new MessageParser(sink, { isServer: true, maxMessageBytes: 100 })
      parser.feed(Buffer.concat(new Array<Buffer>(count).fill(text('0123456789'))))
      for (let time = 1; time < count; time++) parser.resume()
      assert.equal(found, count)
    })
  })

  it('reserves memory for what has come, not for what was announced', () => {
    const announced = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, 5])
    const before = process.memoryUsage().arrayBuffers
    const parsers = Array.from({ length: 100 }, () => {
      const sink = { onMessage() {}, onPing() {}, onPong() {}, onCloseFrame() {} }
      const parser = new MessageParser(sink, { isServer: true, maxMessageBytes: 2 ** 31 - 1 })
      parser.feed(Buffer.from(announced))
      return parser
    })
    const used = process.memoryUsage().arrayBuffers - before
    assert.equal(parsers.length, 100)
    assert.ok(used < 100 * 100_000, `${used} bytes for a hundred gigabytes that were announced`)
  })

  for (const [family, cases] of Object.entries(FAMILIES)) {
    it(`finds the same in each case of ${family}, cut in two anywhere`, () => {
      for (const { name, send } of cases) {
        const bytes = Buffer.concat(send)
        if (bytes.length > 700) continue
        const whole = events([bytes], 200_000)
        for (let cut = 1; cut < bytes.length; cut++) {
          assert.deepEqual(
            events([bytes.subarray(0, cut), bytes.subarray(cut)], 200_000),
            whole,
            name,
          )
        }
      }
    })
  }
})

describe('Utf8Validator', () => {
  it('agrees with TextDecoder on any bytes in any pieces, and fails no later than it must', () => {
    const noisy = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.array(
        fc.constantFrom(
          0x41,
          0x80,
          0xbf,
          0xc2,
          0xe0,
          0xa0,
          0xed,
          0x9f,
          0xef,
          0xf0,
          0x90,
          0xf4,
          0x8f,
        ),
        { maxLength: 10 },
      ),
    )
    fc.assert(
      fc.property(noisy, fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), (values, cuts) => {
        const bytes = Buffer.from(values)
        const validator = new Utf8Validator()
        const isValid = split(bytes, cuts).every((piece) => validator.push(piece, 0, piece.length))
        assert.equal(isValid && validator.isComplete, isText(bytes))
        assert.equal(isValid, isPrefix(bytes))
      }),
      { numRuns: 30_000, seed: 7 },
    )
  })
})

function isText(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Whether some bytes behind these could still make them valid. */
function isPrefix(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

describe('unmask', () => {
  it('does what RFC 6455, 5.3, says, at any offset and length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer(),
        fc.nat({ max: 9 }),
        (payload, mask, offset) => {
          const key = Buffer.alloc(4)
          key.writeInt32LE(mask)
          const bytes = Buffer.alloc(offset + payload.length + 3)
          bytes.set(payload, offset)
          const isAscii = unmask(bytes, offset, offset + payload.length, mask)
          const expected = payload.map((byte, at) => byte ^ key[at % 4]!)
          assert.deepEqual(
            Buffer.from(bytes.subarray(offset, offset + payload.length)),
            Buffer.from(expected),
          )
          assert.deepEqual(
            [...bytes.subarray(0, offset), ...bytes.subarray(-3)],
            Array(offset + 3).fill(0),
          )
          assert.equal(
            isAscii,
            expected.every((byte) => byte < 0x80),
          )
        },
      ),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('goes on in the middle of a payload with the mask rotated', () => {
    const payload = Buffer.from('a payload that comes in two pieces')
    for (let cut = 0; cut <= payload.length; cut++) {
      const whole = Buffer.from(payload)
      const parts = Buffer.from(payload)
      unmask(whole, 0, whole.length, 0x12345678)
      unmask(parts, 0, cut, 0x12345678)
      unmask(parts, cut, parts.length, rotateMask(0x12345678, cut))
      assert.deepEqual(parts, whole)
    }
  })
})
