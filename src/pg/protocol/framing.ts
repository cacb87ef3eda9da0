import { PgProtocolError } from '../errors.ts'

/** Receives whole messages; `bytes` and `view` cover the same memory and are valid during the call only. */
export interface MessageSink {
  /**
   * @param type - the message's first byte
   * @param start - offset of the body
   * @param end - offset just past the body
   */
  onMessage(type: number, bytes: Buffer, view: DataView, start: number, end: number): void
}

const HEADER_BYTES = 5
const SMALL_MESSAGE_BYTES = 64 * 1024
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024

/** Of these a body may be long: rows, descriptions, errors, notices, notifications, copy data. */
const MAY_BE_LONG = new Uint8Array(256)
for (const letter of 'DTENtdASGHR') MAY_BE_LONG[letter.charCodeAt(0)] = 1

/**
 * Cuts the server's byte stream into messages.
 *
 * Messages that lie whole in a chunk are read in place; only one that spans chunks is copied.
 *
 * @see PostgreSQL manual, "Message Formats": a type byte, an int32 length that counts itself, the body
 */
export class MessageFramer {
  readonly #sink: MessageSink
  readonly #maxBytes: number
  #partial: Buffer = Buffer.alloc(0)
  #partialView = new DataView(new ArrayBuffer(0))
  #partialLength = 0
  #memory: ArrayBufferLike | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #stopped = false

  constructor(sink: MessageSink, maxMessageBytes: number = DEFAULT_MAX_BYTES) {
    this.#sink = sink
    this.#maxBytes = maxMessageBytes
  }

  /** Drops what is left of the current chunk and everything after it. */
  stop(): void {
    this.#stopped = true
    this.#partialLength = 0
  }

  /** @throws {PgProtocolError} on an impossible length; what the sink throws passes through */
  push(chunk: Buffer): void {
    // The chunk is usually a window into one shared read buffer: views are made once per memory.
    if (chunk.buffer !== this.#memory) this.#adopt(chunk.buffer)
    let at = chunk.byteOffset
    const end = at + chunk.length
    if (this.#partialLength > 0) at = this.#completePartial(at, end)
    const bytes = this.#bytes
    const view = this.#view
    while (end - at >= HEADER_BYTES && !this.#stopped) {
      const type = bytes[at] as number
      const length = view.getInt32(at + 1)
      this.#check(type, length)
      const next = at + 1 + length
      if (next > end) break
      this.#sink.onMessage(type, bytes, view, at + HEADER_BYTES, next)
      at = next
    }
    if (at < end && !this.#stopped) this.#keep(at, end)
  }

  /** Fills the partial message from the chunk, delivers it when whole, and returns the new offset. */
  #completePartial(start: number, end: number): number {
    let at = start
    if (this.#partialLength < HEADER_BYTES) {
      const take = Math.min(HEADER_BYTES - this.#partialLength, end - at)
      this.#keep(at, at + take)
      at += take
      if (this.#partialLength < HEADER_BYTES) return at
    }
    const type = this.#partial[0] as number
    const length = this.#partialView.getInt32(1)
    this.#check(type, length)
    const take = Math.min(1 + length - this.#partialLength, end - at)
    this.#keep(at, at + take)
    at += take
    if (this.#partialLength < 1 + length) return at
    this.#partialLength = 0
    this.#sink.onMessage(type, this.#partial, this.#partialView, HEADER_BYTES, 1 + length)
    return at
  }

  #keep(start: number, end: number): void {
    const needed = this.#partialLength + end - start
    if (needed > this.#partial.length) {
      // Grown as bytes arrive, never to the announced length: a lie costs the liar, not us.
      const grown = Buffer.allocUnsafeSlow(Math.max(needed * 2, 1024))
      grown.set(this.#partial.subarray(0, this.#partialLength))
      this.#partial = grown
      this.#partialView = new DataView(grown.buffer)
    }
    this.#partial.set(this.#bytes.subarray(start, end), this.#partialLength)
    this.#partialLength = needed
  }

  #check(type: number, length: number): void {
    const limit = MAY_BE_LONG[type] === 1 ? this.#maxBytes : SMALL_MESSAGE_BYTES
    if (length < 4 || length > limit) {
      throw new PgProtocolError(`Message of type 0x${type.toString(16)} announces ${length} bytes`)
    }
  }

  #adopt(memory: ArrayBufferLike): void {
    this.#memory = memory
    this.#bytes = Buffer.from(memory as ArrayBuffer)
    this.#view = new DataView(memory)
  }
}
