import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { BodyParts } from '../../../src/http/message/body-parts.ts'

describe('BodyParts', () => {
  it('joins to what was copied, whatever the sizes of the parts', () => {
    const size = fc.oneof(fc.nat(5), fc.nat(3000), fc.nat(70_000))
    fc.assert(
      fc.property(fc.array(size, { maxLength: 30 }), (sizes) => {
        const parts = new BodyParts()
        const expected: Buffer[] = []
        for (const [index, length] of sizes.entries()) {
          const buffer = Buffer.alloc(length + 2, index + 1)
          parts.copy(buffer, 1, length + 1)
          expected.push(Buffer.alloc(length, index + 1))
          // Only a copy is kept: the connection reads other input into the same buffer.
          buffer.fill(0)
        }
        assert.ok(parts.join().equals(Buffer.concat(expected)))
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  it('gives a body of one part a buffer of just that length', () => {
    const parts = new BodyParts()
    parts.copy(Buffer.from('abcdef'), 1, 4)
    assert.equal(parts.join().toString(), 'bcd')
  })

  it('takes little more memory than the body, when it comes byte by byte', () => {
    const parts = new BodyParts()
    const byte = Buffer.from('x')
    const { heapUsed, external } = process.memoryUsage()
    for (let count = 0; count < 1_000_000; count++) parts.copy(byte, 0, 1)
    const now = process.memoryUsage()
    const grown = now.heapUsed + now.external - heapUsed - external
    assert.ok(grown < 20_000_000, `${grown} bytes`)
    assert.equal(parts.join().length, 1_000_000)
  })
})
