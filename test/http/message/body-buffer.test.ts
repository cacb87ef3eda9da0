import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { BodyBuffer } from '../../../src/http/message/body-buffer.ts'

describe('BodyBuffer', () => {
  it('has the body in any pieces, whatever length it was told', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 50 })
    fc.assert(
      fc.property(pieces, fc.nat(10_000), (given, expectedBytes) => {
        const body = new BodyBuffer(expectedBytes)
        for (const piece of given) body.copy(piece, 0, piece.length)
        assert.deepEqual(body.join(), Buffer.concat(given))
      }),
    )
  })

  it('takes no more than twice what has come on the word of the client', () => {
    const body = new BodyBuffer(1_000_000_000)
    body.copy(new Uint8Array(10), 0, 10)
    assert.equal(body.join().buffer.byteLength, 131_072)
    body.copy(new Uint8Array(200_000), 0, 200_000)
    assert.equal(body.join().buffer.byteLength, 400_020)
  })

  it('is exactly as long as the body when that is as long as was said', () => {
    const body = new BodyBuffer(300_000)
    for (let at = 0; at < 300_000; at += 60_000) body.copy(new Uint8Array(60_000), 0, 60_000)
    assert.equal(body.join().buffer.byteLength, 300_000)
  })
})
