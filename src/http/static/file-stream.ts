import { Buffer } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import type { ByteRange } from '../content/range.ts'
import { HttpResponseError } from '../errors.ts'

/** Text between parts, or bytes of the file. */
export type FilePart = string | ByteRange

/** Large reads cost less per byte than many; a reader takes it in one or two writes. */
const CHUNK_BYTES = 262_144

/**
 * Sends parts of an open file, chunk by chunk, and closes it, however it ends.
 *
 * Each chunk is a buffer of its own, for it may wait in the connection while the next is read.
 */
export class FileStream implements AsyncIterableIterator<string | Uint8Array> {
  readonly #handle: FileHandle
  readonly #parts: readonly FilePart[]
  #part = 0
  /** Bytes of the current part that were read. */
  #done = 0
  #isClosed = false

  constructor(handle: FileHandle, parts: readonly FilePart[]) {
    this.#handle = handle
    this.#parts = parts
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @returns fails if the file became shorter, or cannot be read */
  async next(): Promise<IteratorResult<string | Uint8Array, undefined>> {
    const part = this.#parts[this.#part]
    if (part === undefined || this.#isClosed) return this.return()
    if (typeof part === 'string') {
      this.#part++
      return { value: part, done: false }
    }
    const value = await this.#read(part)
    return this.#isClosed ? { value: undefined, done: true } : { value, done: false }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#isClosed) {
      this.#isClosed = true
      await this.#handle.close()
    }
    return { value: undefined, done: true }
  }

  async #read({ start, end }: ByteRange): Promise<Uint8Array> {
    const position = start + this.#done
    const wanted = Math.min(CHUNK_BYTES, end + 1 - position)
    try {
      const buffer = Buffer.allocUnsafeSlow(wanted)
      const { bytesRead } = await this.#handle.read(buffer, 0, wanted, position)
      if (bytesRead === 0) throw new HttpResponseError('A file became shorter while it was sent')
      if (position + bytesRead > end) {
        this.#part++
        this.#done = 0
      } else this.#done += bytesRead
      return bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead)
    } catch (error) {
      await this.return()
      throw error
    }
  }
}
