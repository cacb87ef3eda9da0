import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { readLength } from '../../src/reactor/mesh/frame.ts'
import { MessageError } from '../../src/reactor/mesh/mesh-errors.ts'
import { createMeshMemory, type MeshMemory } from '../../src/reactor/mesh/mesh-memory.ts'
import { RingReader, RingWriter } from '../../src/reactor/mesh/ring.ts'

const RING_BYTES = 4_096
const HEADER = 4

function frame(length: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill)
  new DataView(bytes.buffer).setInt32(0, length, true)
  return bytes
}

/** Reads all frames there are, as length and fill. */
function drain(reader: RingReader): [number, number][] {
  const frames: [number, number][] = []
  if (!reader.refresh()) return frames
  for (let at = reader.next(); at !== -1; at = reader.next()) {
    const length = readLength(reader.words, at)
    const body = reader.bytes.subarray(at + HEADER, at + length)
    const fill = body[0] ?? 0
    assert.ok(body.every((byte) => byte === fill))
    frames.push([length, fill])
    reader.skip(length)
  }
  return frames
}

function ends(memory: MeshMemory): { writer: RingWriter; reader: RingReader } {
  return { writer: new RingWriter(memory, 0, 1), reader: new RingReader(memory, 0, 1) }
}

describe('ring', () => {
  it('shows the reader nothing before it is published, and then everything', () => {
    const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
    assert.ok(writer.put(frame(20, 1)))
    assert.ok(writer.put(frame(30, 2)))
    assert.deepEqual(drain(reader), [])
    writer.publish()
    assert.deepEqual(drain(reader), [
      [20, 1],
      [30, 2],
    ])
  })

  it('refuses a frame while there is no room, and takes it when the reader has released some', () => {
    const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
    while (writer.put(frame(64, 3)));
    writer.publish()
    assert.equal(drain(reader).length, RING_BYTES / 64)
    assert.equal(writer.hasRoom(64), false)
    reader.release()
    assert.equal(writer.hasRoom(64), true)
  })

  it('tells the reader once that the writer is blocked', () => {
    const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
    assert.equal(reader.release(), false)
    writer.markBlocked()
    assert.equal(reader.release(), true)
    assert.equal(reader.release(), false)
  })

  it('takes frames of half its size wherever it stands, as soon as it is empty', () => {
    const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
    for (let step = 0; step < 600; step++) {
      assert.ok(writer.put(frame(8 + (step % 5) * 8, 1)))
      writer.publish()
      drain(reader)
      reader.release()
      assert.ok(writer.put(frame(RING_BYTES / 2, 2)), `step ${step}`)
      writer.publish()
      assert.deepEqual(drain(reader), [[RING_BYTES / 2, 2]])
      reader.release()
    }
  })

  it('goes on where another one has stopped, at either end', () => {
    const memory = createMeshMemory(1, { ringBytes: RING_BYTES })
    const first = ends(memory)
    first.writer.put(frame(40, 1))
    first.writer.put(frame(40, 2))
    first.writer.publish()
    first.writer.put(frame(40, 9))
    first.reader.refresh()
    first.reader.next()
    first.reader.skip(40)
    first.reader.release()
    const second = ends(memory)
    second.writer.put(frame(40, 3))
    second.writer.publish()
    assert.deepEqual(drain(second.reader), [
      [40, 2],
      [40, 3],
    ])
  })

  it('works across the end of the positions, which are 32 bits wide', () => {
    const memory = createMeshMemory(1, { ringBytes: RING_BYTES })
    const probe = new RingWriter(memory, 0, 1)
    const header = new Int32Array(memory.rings, probe.bytes.byteOffset - 192, 48)
    header[0] = 0x7fffffff - 4_095
    header[16] = header[0] ?? 0
    const { writer, reader } = ends(memory)
    for (let turn = 0; turn < 300; turn++) {
      assert.ok(writer.put(frame(48, turn % 250)))
      writer.publish()
      assert.deepEqual(drain(reader), [[48, turn % 250]])
      reader.release()
    }
  })

  it('refuses lengths that no writer has written, and is empty then', () => {
    for (const length of [0, -2, 5_000, 0x7fffffff]) {
      const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
      writer.put(frame(16, 1))
      writer.words[0] = length
      writer.publish()
      assert.ok(reader.refresh())
      assert.throws(() => reader.next(), MessageError)
      assert.equal(reader.next(), -1)
    }
  })

  it('behaves as a list would, whatever is written, published, read and released when', () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('put'),
          length: fc.integer({ min: 5, max: 2_048 }),
        }),
      },
      fc.record({ do: fc.constantFrom('publish', 'read', 'release'), length: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { writer, reader } = ends(createMeshMemory(1, { ringBytes: RING_BYTES }))
        const written: [number, number][] = []
        let published = 0
        let read = 0
        let released = 0
        steps.forEach((each, index) => {
          if (each.do === 'put') {
            const fill = index % 251
            // Refused only if there is something in it: an empty ring takes any frame of half its size.
            if (writer.put(frame(each.length, fill))) written.push([each.length, fill])
            else assert.ok(written.length > released)
          } else if (each.do === 'publish') {
            writer.publish()
            published = written.length
          } else if (each.do === 'read') {
            assert.deepEqual(drain(reader), written.slice(read, published))
            read = published
          } else {
            reader.release()
            released = read
          }
        })
      }),
      { numRuns: 300 },
    )
  })
})
