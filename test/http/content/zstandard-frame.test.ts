import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as zlib from 'node:zlib'
import * as fc from 'fast-check'
import { ZstandardFrame } from '../../../src/http/content/zstandard-frame.ts'

/** Node 22 takes a frame that breaks off for a whole one. */
const isChecked = !process.versions.node.startsWith('22.')
const { ZSTD_c_checksumFlag, ZSTD_c_compressionLevel, ZSTD_c_contentSizeFlag } = zlib.constants

/** Frames with raw, run-length and compressed blocks, in all sorts of headers. */
const frames = fc
  .record({
    text: fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.nat({ max: 400_000 }).map((length) => new Uint8Array(length)),
      fc.nat({ max: 2000 }).map((count) => Buffer.from('some text '.repeat(count))),
    ),
    level: fc.integer({ min: 1, max: 9 }),
    checksum: fc.boolean(),
    contentSize: fc.boolean(),
  })
  .map(({ text, level, checksum, contentSize }) => {
    const params = {
      [ZSTD_c_compressionLevel]: level,
      [ZSTD_c_checksumFlag]: Number(checksum),
      [ZSTD_c_contentSizeFlag]: Number(contentSize),
    }
    return zlib.zstdCompressSync(text, { params })
  })

function isDecoded(bytes: Uint8Array): boolean {
  try {
    zlib.zstdDecompressSync(bytes)
    return true
  } catch {
    return false
  }
}

describe('ZstandardFrame', () => {
  it('finds the end of every frame, whatever pieces it comes in', () => {
    const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 6 })
    fc.assert(
      fc.property(frames, cuts, fc.uint8Array({ maxLength: 5 }), (frame, at, more) => {
        const bytes = Buffer.concat([frame, more])
        const ends = [...at.map((cut) => cut % (bytes.length + 1)), bytes.length]
        const follower = new ZstandardFrame()
        let start = 0
        let taken = 0
        for (const end of ends.toSorted((a, b) => a - b)) {
          taken += follower.push(bytes.subarray(start, end))
          start = end
        }
        assert.deepEqual([taken, follower.isWhole], [frame.length, true])
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it('agrees with Node on what breaks off', { skip: !isChecked }, () => {
    fc.assert(
      fc.property(frames, fc.nat(), (frame, cut) => {
        const bytes = frame.subarray(0, cut % (frame.length + 1))
        const follower = new ZstandardFrame()
        assert.equal(follower.push(bytes), bytes.length)
        assert.equal(follower.isWhole, isDecoded(bytes))
      }),
      { numRuns: 1000, seed: 7 },
    )
  })

  it('takes frames of a compressor that streams, flushed in the middle', async () => {
    const encoder = zlib.createZstdCompress()
    const chunks: Buffer[] = []
    encoder.on('data', (chunk: Buffer) => chunks.push(chunk))
    encoder.write('one')
    await new Promise<void>((resolve) => encoder.flush(() => resolve()))
    encoder.end('two')
    await new Promise((resolve) => encoder.on('end', resolve))
    const follower = new ZstandardFrame()
    for (const chunk of chunks) assert.equal(follower.push(chunk), chunk.length)
    assert.ok(follower.isWhole)
  })

  it('takes no more than the first bytes of what is no frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 50 }), (bytes) => {
        fc.pre(Buffer.from(bytes).readUInt32LE(0) !== 0xfd2fb528)
        const follower = new ZstandardFrame()
        assert.equal(follower.push(bytes), 4)
        assert.equal(follower.isWhole, false)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})
