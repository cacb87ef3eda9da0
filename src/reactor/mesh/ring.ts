import { readLength, writeLength } from './frame.ts'
import { MessageError } from './mesh-errors.ts'
import { LINE_BYTES, type MeshMemory, RING_HEADER_BYTES, ringOffset } from './mesh-memory.ts'

/** Words of the header, each in a cache line of its own. */
const WORDS_PER_LINE = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT
const TAIL = 0
const HEAD = WORDS_PER_LINE
const BLOCKED = 2 * WORDS_PER_LINE

/** Stands where the length of a frame would: the rest up to the end of the ring is unused. */
const PADDING = -1

/** Frames begin at multiples of this, so that there is always room for {@link PADDING}. */
const ALIGNMENT = 8

/** Bytes a frame takes in the ring. */
function frameSize(length: number): number {
  return (length + ALIGNMENT - 1) & -ALIGNMENT
}

/**
 * One end of a queue of bytes with one writer and one reader, in different threads.
 *
 * Positions count bytes and wrap around at 2^32; a frame is never split. Whoever owns an end keeps its
 * position to itself, and stores it for the other one once for many frames.
 */
abstract class RingEnd {
  readonly bytes: Buffer<SharedArrayBuffer>
  readonly view: DataView<SharedArrayBuffer>
  /** The same bytes, for the headers of frames. */
  readonly words: Int32Array<SharedArrayBuffer>
  protected readonly header: Int32Array<SharedArrayBuffer>
  protected readonly mask: number

  constructor(memory: MeshMemory, from: number, to: number) {
    const start = ringOffset(memory, from, to)
    const data = start + RING_HEADER_BYTES
    this.header = new Int32Array(memory.rings, start, RING_HEADER_BYTES / 4)
    this.words = new Int32Array(memory.rings, data, memory.ringBytes / 4)
    this.bytes = Buffer.from(memory.rings, data, memory.ringBytes)
    this.view = new DataView(memory.rings, data, memory.ringBytes)
    this.mask = memory.ringBytes - 1
  }
}

/**
 * The writing end.
 *
 * A frame is written in place, from {@link at} up to {@link end} at most, then committed; the reader
 * sees what was committed after the next {@link publish}.
 */
export class RingWriter extends RingEnd {
  #tail: number
  #published: number
  /** As it was when last asked for: the reader may have gone on. */
  #head: number

  constructor(memory: MeshMemory, from: number, to: number) {
    super(memory, from, to)
    this.#tail = Atomics.load(this.header, TAIL)
    this.#published = this.#tail
    this.#head = Atomics.load(this.header, HEAD)
  }

  /** Where the next frame begins. */
  get at(): number {
    return this.#tail & this.mask
  }

  /** Where the next frame must end. */
  get end(): number {
    const { at } = this
    return Math.min(at + this.#free(), this.mask + 1)
  }

  /** Bytes that were committed and not published. */
  get unpublished(): number {
    return (this.#tail - this.#published) | 0
  }

  /** Asks how far the reader is. */
  refresh(): void {
    this.#head = Atomics.load(this.header, HEAD)
  }

  /** Leaves the rest up to the end of the ring unused, if there is room at its start. */
  wrap(): boolean {
    const { at } = this
    const rest = this.mask + 1 - at
    if (at === 0 || this.#free() <= rest) return false
    writeLength(this.words, at, PADDING)
    this.#tail = (this.#tail + rest) | 0
    return true
  }

  /** Takes the `length` bytes at {@link at} as a frame. */
  commit(length: number): void {
    this.#tail = (this.#tail + frameSize(length)) | 0
  }

  /** Copies a frame that was made elsewhere. @returns false if there is no room */
  put(frame: Uint8Array): boolean {
    if (!this.hasRoom(frame.length)) return false
    if (this.end - this.at < frameSize(frame.length)) this.wrap()
    this.bytes.set(frame, this.at)
    this.commit(frame.length)
    return true
  }

  /** Whether a frame of `length` bytes fits now. */
  hasRoom(length: number): boolean {
    this.refresh()
    const size = frameSize(length)
    const rest = this.mask + 1 - this.at
    return this.end - this.at >= size || this.#free() - rest >= size
  }

  publish(): void {
    this.#published = this.#tail
    Atomics.store(this.header, TAIL, this.#tail)
  }

  /** Asks the reader to wake the writer when it has made room; the writer has to look once more afterwards. */
  markBlocked(): void {
    Atomics.store(this.header, BLOCKED, 1)
  }

  #free(): number {
    return this.mask + 1 - ((this.#tail - this.#head) | 0)
  }
}

/** The reading end: frames lie in the ring until {@link release}. */
export class RingReader extends RingEnd {
  #head: number
  #tail: number

  constructor(memory: MeshMemory, from: number, to: number) {
    super(memory, from, to)
    this.#head = Atomics.load(this.header, HEAD)
    this.#tail = this.#head
  }

  /** @returns whether there is something to read */
  refresh(): boolean {
    this.#tail = Atomics.load(this.header, TAIL)
    return this.#tail !== this.#head
  }

  /**
   * Goes on to the next frame of those there were at the last {@link refresh}.
   *
   * @returns where it begins, or -1; its length stands there as an int32
   * @throws {MessageError} if the length is impossible; the ring is empty then
   */
  next(): number {
    if (this.#tail === this.#head) return -1
    const at = this.#head & this.mask
    if (readLength(this.words, at) !== PADDING) return this.#check(at)
    this.#head = (this.#head + this.mask + 1 - at) | 0
    return this.next()
  }

  /** Goes past a frame of `length` bytes. */
  skip(length: number): void {
    this.#head = (this.#head + frameSize(length)) | 0
  }

  /**
   * Gives the room of what was read back to the writer.
   *
   * @returns whether the writer was blocked and has to be woken
   */
  release(): boolean {
    Atomics.store(this.header, HEAD, this.#head)
    return (
      Atomics.load(this.header, BLOCKED) === 1 &&
      Atomics.compareExchange(this.header, BLOCKED, 1, 0) === 1
    )
  }

  #check(at: number): number {
    const size = frameSize(readLength(this.words, at))
    const available = (this.#tail - this.#head) | 0
    if (size > 0 && size <= available && at + size <= this.mask + 1) return at
    this.#head = this.#tail
    throw new MessageError('A ring holds something that is not a message')
  }
}
