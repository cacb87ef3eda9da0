import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { HandleWriter } from './handle-writer.ts'

/** Corked bytes that are sent at once, without waiting for the end of the turn. */
export const CORK_LIMIT_BYTES = 65_536

/** Bytes up to this size are copied into the text: cheaper than one more element of a `writev`. */
const COPY_LIMIT_BYTES = 4096

/**
 * What a connection has to say, gathered until the turn ends.
 *
 * Text grows as one string whose characters are bytes (latin1): appending is the cheapest thing
 * the engine knows, and one string needs neither a buffer of ours nor a copy before the system call.
 */
export class CorkedOutput {
  #text = ''
  #parts: (string | Uint8Array)[] = []
  #partBytes = 0

  get bytes(): number {
    return this.#text.length + this.#partBytes
  }

  /** @param text - every character is one byte */
  appendLatin1(text: string): void {
    this.#text += text
  }

  appendUtf8(text: string): void {
    this.#text +=
      Buffer.byteLength(text) === text.length ? text : Buffer.from(text, 'utf8').toString('latin1')
  }

  /** @param isOwned - true: kept by reference if it is big, so it must not change any more */
  appendBytes(bytes: Uint8Array, isOwned: boolean): void {
    if (bytes.length <= COPY_LIMIT_BYTES) {
      this.#text += viewOf(bytes).toString('latin1')
      return
    }
    this.#closeText()
    this.#push(isOwned ? bytes : Buffer.from(bytes))
  }

  clear(): void {
    this.#text = ''
    this.#parts = []
    this.#partBytes = 0
  }

  /** Hands everything to the socket, as one system call; `writer` is a faster way for text. */
  writeTo(socket: Socket, writer: HandleWriter | undefined): void {
    if (this.#partBytes === 0) {
      const text = this.#text
      this.#text = ''
      if (writer === undefined || !writer.write(text)) socket.write(text, 'latin1')
      return
    }
    this.#closeText()
    const parts = this.#parts
    this.clear()
    socket.cork()
    for (const part of parts) {
      if (typeof part === 'string') socket.write(part, 'latin1')
      else socket.write(part)
    }
    socket.uncork()
  }

  #closeText(): void {
    if (this.#text === '') return
    this.#push(this.#text)
    this.#text = ''
  }

  #push(part: string | Uint8Array): void {
    this.#parts.push(part)
    this.#partBytes += part.length
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
