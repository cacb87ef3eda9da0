import { Buffer } from 'node:buffer'
import { constants, type ServerHttp2Stream } from 'node:http2'
import { atEndOfTurn, type Task } from '../../core/run-queue.ts'
import type { ConnectionHandler } from '../../net/index.ts'
import { asCallback } from '../../reactor/callback.ts'
import type { Tunnel } from '../message/upgrade-response.ts'

/** Longer arrays are written as they are, shorter ones copied: as `Connection.writeOwned` does. */
const COPY_LIMIT_BYTES = 4096
const NOBODY: ConnectionHandler = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} }

/**
 * The bytes of one HTTP/2 stream that speaks another protocol, as if they were a connection.
 *
 * What is written in one turn is framed together.
 *
 * @see RFC 8441, section 5
 */
export class Http2Tunnel implements Tunnel {
  readonly #stream: ServerHttp2Stream
  readonly remoteAddress: string | undefined
  readonly #uncorkTask: Task = { run: () => this.#uncork() }
  #handler: ConnectionHandler = NOBODY
  #isCorked = false
  #isEnding = false
  isCongested = false

  constructor(stream: ServerHttp2Stream, remoteAddress: string | undefined) {
    this.#stream = stream
    this.remoteAddress = remoteAddress
    stream.on('data', (chunk: Buffer) => this.#tell(() => this.#handler.onData(chunk)))
    stream.once('end', () => this.#tell(() => this.#handler.onEnd()))
    stream.on('drain', () => {
      this.isCongested = false
      this.#tell(() => this.#handler.onDrain())
    })
    stream.once('close', () => {
      this.#isEnding = true
      this.#tell(() => this.#handler.onClose(undefined))
    })
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength
  }

  get isClosed(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }

  setHandler(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  write(data: string | Uint8Array, encoding: 'latin1' | 'utf8' = 'utf8'): boolean {
    return this.#write(typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data))
  }

  writeOwned(data: Uint8Array): boolean {
    return this.#write(data.length > COPY_LIMIT_BYTES ? data : Buffer.from(data))
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#uncork()
    this.#stream.end()
  }

  /** @see RFC 8441, section 5: what RST is to TCP, CANCEL is to a stream */
  destroy(): void {
    this.#isEnding = true
    if (!this.isClosed) this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #write(data: Uint8Array): boolean {
    if (this.#isEnding || this.isClosed) return false
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#stream.cork()
      atEndOfTurn(this.#uncorkTask)
    }
    this.isCongested = !this.#stream.write(data)
    return !this.isCongested
  }

  #uncork(): void {
    if (!this.#isCorked) return
    this.#isCorked = false
    this.#stream.uncork()
  }

  #tell(event: () => void): void {
    asCallback(() => {
      try {
        event()
      } catch {
        this.destroy()
      }
    })
  }
}
