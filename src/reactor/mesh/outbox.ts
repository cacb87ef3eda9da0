import { LimitError } from '../../core/errors.ts'
import { RingBuffer } from '../../core/ring-buffer.ts'
import { Future, pendingFuture, settleReady } from '../../future/future.ts'
import {
  ASIDE,
  CALL,
  FRAME_HEADER_BYTES,
  type FrameHead,
  FUNCTION_ID_BYTES,
  MOVED,
  writeFunctionId,
  writeHead,
  writeLength,
} from './frame.ts'
import type { MessageEncoder } from './message-encoder.ts'
import type { RingWriter } from './ring.ts'
import type { SideChannel } from './side-channel.ts'

/** A frame that found no room in the ring. */
interface QueuedFrame {
  readonly frame: Uint8Array
  /** Becomes ready when the frame is in the ring. */
  sent: Future<void> | undefined
}

/** Memory that frames are written into: a ring, or a buffer for those that wait. */
export interface FrameMemory {
  readonly bytes: Buffer
  readonly view: DataView
  readonly words: Int32Array
}

const ON_ITS_WAY = Future.ready()

/**
 * Everything that is sent to one place, in order: through the ring while there is room, else from a
 * list that is emptied as the reader makes room. Posting never waits.
 */
export class Outbox {
  readonly #ring: RingWriter
  readonly #side: SideChannel
  readonly #encoder: MessageEncoder
  readonly #scratch: FrameMemory
  readonly #maxQueuedBytes: number
  readonly #maxFrameBytes: number
  readonly #queue = new RingBuffer<QueuedFrame>(16)
  #queuedBytes = 0
  #isHeld = false

  /** @param scratch - half as big as the ring: a frame of that size fits into every empty ring */
  constructor(
    ring: RingWriter,
    side: SideChannel,
    encoder: MessageEncoder,
    scratch: FrameMemory,
    maxQueuedBytes: number,
  ) {
    this.#ring = ring
    this.#side = side
    this.#encoder = encoder
    this.#scratch = scratch
    this.#maxFrameBytes = scratch.bytes.length
    this.#maxQueuedBytes = maxQueuedBytes
  }

  /** Frames that wait for room in the ring. */
  get queued(): number {
    return this.#queue.length
  }

  /** Bytes the reader has not been told of. */
  get unpublished(): number {
    return this.#ring.unpublished
  }

  /**
   * Takes a message; the reader sees it after the next {@link flush}.
   *
   * @param functionId - of a call; else 0
   * @returns ready if the message is in the ring, else as soon as it is
   * @throws {MessageError} if the payload cannot be sent
   * @throws {LimitError} if it is a call and too much is waiting already
   */
  post(head: FrameHead, functionId: number, payload: unknown): Future<void> {
    if (this.#queue.length === 0) {
      if (this.#postToRing(head, functionId, payload)) return ON_ITS_WAY
      if (this.#encoder.isForeign) return this.#postAside(head, functionId, payload)
    }
    if (head.kind === CALL) this.assertRoom()
    return this.#enqueue(head, functionId, payload)
  }

  /**
   * Takes a message whose payload moves by another way, under a number, in the order of all messages.
   *
   * @param isFirst - whether the other end does not have that way yet: {@link release} says when it has
   */
  postMoved(
    head: FrameHead,
    functionId: number,
    payloadNumber: number,
    isFirst: boolean,
  ): Future<void> {
    const moved: FrameHead = { ...head, flags: MOVED }
    if (!isFirst) return this.post(moved, functionId, payloadNumber)
    // The list is not empty from now on, so that nothing overtakes it.
    this.#isHeld = true
    return this.#enqueue(moved, functionId, payloadNumber)
  }

  /** What is held back may leave. */
  release(): void {
    this.#isHeld = false
  }

  /** @throws {LimitError} if too much is waiting already for another call */
  assertRoom(): void {
    if (this.#queuedBytes > this.#maxQueuedBytes) {
      throw new LimitError('The queue of bytes to another core', this.#maxQueuedBytes)
    }
  }

  /**
   * Moves what waits into the ring, as far as there is room, and shows the reader everything.
   *
   * @returns whether there is something new for the reader
   */
  flush(): boolean {
    let isNews = false
    do {
      this.#moveQueue()
      if (this.#ring.unpublished !== 0) {
        this.#ring.publish()
        isNews = true
      }
      if (this.#queue.length === 0) return isNews
      this.#ring.markBlocked()
      // The reader may have made room just before, and not seen the mark.
    } while (this.#canMove())
    return isNews
  }

  /**
   * Asks the reader for a wake-up if something waits, before the own core sleeps: an earlier request may
   * be used up, though it has not made enough room.
   *
   * @returns whether there is room already
   */
  askForRoom(): boolean {
    if (this.#queue.length === 0) return false
    this.#ring.markBlocked()
    return this.#canMove()
  }

  /** Drops what waits: its receiver is gone. Whoever waits for it goes on. */
  clear(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.sent !== undefined) settleReady(next.sent, undefined)
    }
    this.#queuedBytes = 0
    this.#isHeld = false
  }

  /** Whether a flush would move something that waits. */
  #canMove(): boolean {
    if (this.#isHeld) return false
    const next = this.#queue.peek()
    return next !== undefined && this.#ring.hasRoom(next.frame.length)
  }

  #moveQueue(): void {
    if (this.#isHeld) return
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      if (!this.#ring.put(next.frame)) return
      this.#queue.shift()
      this.#queuedBytes -= next.frame.length
      if (next.sent !== undefined) settleReady(next.sent, undefined)
    }
  }

  #postToRing(head: FrameHead, functionId: number, payload: unknown): boolean {
    const ring = this.#ring
    if (this.#encodeIntoRing(head, functionId, payload)) return true
    if (this.#encoder.isForeign) return false
    ring.refresh()
    if (this.#encodeIntoRing(head, functionId, payload)) return true
    return ring.wrap() && this.#encodeIntoRing(head, functionId, payload)
  }

  #encodeIntoRing(head: FrameHead, functionId: number, payload: unknown): boolean {
    const ring = this.#ring
    const { at } = ring
    const limit = Math.min(ring.end, at + this.#maxFrameBytes)
    const length = this.#encode(ring, at, limit, head, functionId, payload)
    if (length === 0) return false
    ring.commit(length)
    return true
  }

  #enqueue(head: FrameHead, functionId: number, payload: unknown): Future<void> {
    const { bytes } = this.#scratch
    const length = this.#encode(this.#scratch, 0, bytes.length, head, functionId, payload)
    if (length === 0) return this.#postAside(head, functionId, payload)
    const sent = pendingFuture<void>()
    this.#queue.push({ frame: Uint8Array.prototype.slice.call(bytes, 0, length), sent })
    this.#queuedBytes += length
    return sent
  }

  #postAside(head: FrameHead, functionId: number, payload: unknown): Future<void> {
    const number = this.#side.send(payload)
    return this.post({ ...head, flags: ASIDE }, functionId, number)
  }

  /** @returns the length of the frame; 0 if there is no room, or the payload is foreign */
  #encode(
    { bytes, view, words }: FrameMemory,
    at: number,
    limit: number,
    head: FrameHead,
    functionId: number,
    payload: unknown,
  ): number {
    const encoder = this.#encoder
    const isCall = head.kind === CALL
    const start = at + FRAME_HEADER_BYTES + (isCall ? FUNCTION_ID_BYTES : 0)
    encoder.target(bytes, view, start, limit)
    if (start > limit) return 0
    writeHead(words, at, head)
    if (isCall) writeFunctionId(words, at, functionId)
    const isSequence = isCall && head.flags === 0
    const isWritten = isSequence
      ? encoder.writeAll(payload as readonly unknown[])
      : encoder.write(payload)
    if (!isWritten) return 0
    writeLength(words, at, encoder.at - at)
    return encoder.at - at
  }
}
