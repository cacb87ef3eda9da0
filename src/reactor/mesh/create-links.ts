import { Link, type LinkEvents } from './link.ts'
import type { MeshMemory } from './mesh-memory.ts'
import type { MeshOptions } from './mesh-options.ts'
import { MessageEncoder } from './message-encoder.ts'
import { type FrameMemory, Outbox } from './outbox.ts'
import { RingReader, RingWriter } from './ring.ts'
import { SideChannel } from './side-channel.ts'
import { InterestRow } from './topic-interest.ts'

/** Links a place with every other one; they share the memory in which frames that wait are made. */
export function createLinks(
  memory: MeshMemory,
  place: number,
  generation: number,
  { maxInFlight, maxQueuedBytes }: Required<MeshOptions>,
  events: LinkEvents,
): readonly Link[] {
  const bytes = Buffer.alloc(memory.ringBytes / 2)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const scratch: FrameMemory = { bytes, view, words }
  const encoder = new MessageEncoder(bytes, view)
  const others = Array.from({ length: memory.places }, (_, index) => index).filter(
    (index) => index !== place,
  )
  return others.map((other) => {
    const pair = `${memory.name}/${Math.min(place, other)}-${Math.max(place, other)}`
    const side = new SideChannel(pair, generation)
    const writer = new RingWriter(memory, place, other)
    const outbox = new Outbox(writer, side, encoder, scratch, maxQueuedBytes)
    const reader = new RingReader(memory, other, place)
    const interest = new InterestRow(memory, other)
    return new Link(other, interest, outbox, reader, side, maxInFlight, events)
  })
}
