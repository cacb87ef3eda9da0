import { Buffer } from 'node:buffer'
import type { Deflater } from './deflate/deflater.ts'
import type { SocketDeflate } from './endpoint.ts'
import { frameHead } from './protocol/frame-head.ts'
import type { WebSocketMessage } from './protocol/message-parser.ts'
import { FIN, OPCODE, RSV1 } from './protocol/opcode.ts'

/** From here on a frame is kept as bytes, which all sockets send without a copy of their own. */
const BYTES_FROM = 4096

/** One message for many sockets: its frame is made once, and once more if it is compressed. */
export class PreparedMessage {
  readonly message: WebSocketMessage
  #plain: string | Buffer | undefined
  #deflated: Map<Deflater, string | Buffer> | undefined

  constructor(message: WebSocketMessage) {
    this.message = message
  }

  /**
   * @param deflate - of the socket it is sent to
   * @returns the frame: text whose characters are bytes, or bytes that must not change
   */
  frameFor(deflate: SocketDeflate | undefined): string | Buffer {
    if (deflate !== undefined && byteLength(this.message) >= deflate.thresholdBytes) {
      return this.#deflatedFrame(deflate)
    }
    this.#plain ??= join(FIN | opcodeOf(this.message), bytesOf(this.message))
    return this.#plain
  }

  #deflatedFrame({ deflater, isShared }: SocketDeflate): string | Buffer {
    const known = this.#deflated?.get(deflater)
    if (known !== undefined) return known
    const frame = deflatedFrame(this.message, deflater)
    if (isShared) {
      this.#deflated ??= new Map()
      this.#deflated.set(deflater, frame)
    }
    return frame
  }
}

export function deflatedFrame(message: WebSocketMessage, deflater: Deflater): string | Buffer {
  return join(FIN | RSV1 | opcodeOf(message), deflater.deflate(bytesOf(message)))
}

function byteLength(message: WebSocketMessage): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.length
}

function opcodeOf(message: WebSocketMessage): number {
  return typeof message === 'string' ? OPCODE.TEXT : OPCODE.BINARY
}

function bytesOf(message: WebSocketMessage): Uint8Array {
  return typeof message === 'string' ? Buffer.from(message, 'utf8') : message
}

function join(head: number, payload: Uint8Array): string | Buffer {
  const start = frameHead(head, payload.length)
  const bytes = Buffer.concat([Buffer.from(start, 'latin1'), payload])
  return payload.length < BYTES_FROM ? bytes.toString('latin1') : bytes
}
