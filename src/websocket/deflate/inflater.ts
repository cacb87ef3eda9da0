import type { Buffer } from 'node:buffer'
import { WebSocketProtocolError } from '../errors.ts'
import { CLOSE_CODE } from '../protocol/close-code.ts'
import { tooBig } from '../protocol/frame-errors.ts'
import { MessageBuffer } from '../protocol/message-buffer.ts'
import type { MessageInflater } from '../protocol/message-parser.ts'
import { FLUSH_TAIL, ZlibEngine } from './zlib-engine.ts'

/** Inflates messages. @see RFC 7692, 7.2.2 */
export class Inflater implements MessageInflater {
  readonly #windowBits: number
  readonly #keepsContext: boolean
  #engine: ZlibEngine | undefined

  /** @param keepsContext - whether a message may refer to those before; if not, many sockets share this */
  constructor(windowBits: number, keepsContext: boolean) {
    this.#windowBits = windowBits
    this.#keepsContext = keepsContext
  }

  inflate(compressed: Buffer, maxBytes: number): Buffer {
    this.#engine ??= new ZlibEngine({ kind: 'inflate', windowBits: this.#windowBits })
    const output = new MessageBuffer()
    let isWhole: boolean
    try {
      isWhole =
        this.#engine.run(compressed, output, maxBytes) &&
        this.#engine.run(FLUSH_TAIL, output, maxBytes)
    } catch (error) {
      this.close()
      const message = `A message cannot be inflated: ${(error as Error).message}`
      throw new WebSocketProtocolError('WEBSOCKET_DEFLATE', CLOSE_CODE.INVALID_DATA, message)
    }
    if (!isWhole || !this.#keepsContext) this.#engine.reset()
    if (!isWhole) throw tooBig(maxBytes)
    return output.take()
  }

  /** Frees the memory of its context. */
  close(): void {
    this.#engine?.close()
    this.#engine = undefined
  }
}
