import type { Buffer } from 'node:buffer'
import { MessageBuffer } from '../protocol/message-buffer.ts'
import { FLUSH_TAIL, ZlibEngine } from './zlib-engine.ts'

export interface DeflaterOptions {
  readonly windowBits: number
  readonly level: number
  readonly memoryLevel: number
}

/** Deflates messages. @see RFC 7692, 7.2.1 */
export class Deflater {
  readonly #options: DeflaterOptions
  readonly #keepsContext: boolean
  #engine: ZlibEngine | undefined

  /** @param keepsContext - whether a message may refer to those before; if not, many sockets share this */
  constructor(options: DeflaterOptions, keepsContext: boolean) {
    this.#options = options
    this.#keepsContext = keepsContext
  }

  /** @param message - not empty: zlib has nothing to flush then */
  deflate(message: Uint8Array): Buffer {
    this.#engine ??= new ZlibEngine({ kind: 'deflate', ...this.#options })
    const output = new MessageBuffer()
    this.#engine.run(message, output, Number.POSITIVE_INFINITY)
    if (!this.#keepsContext) this.#engine.reset()
    const bytes = output.take()
    return bytes.subarray(0, bytes.length - FLUSH_TAIL.length)
  }

  /** Frees the memory of its context. */
  close(): void {
    this.#engine?.close()
    this.#engine = undefined
  }
}
