import { Buffer } from 'node:buffer'
import type { UpgradedConnection } from '../http/index.ts'
import type { ConnectionHandler } from '../net/index.ts'
import type { Endpoint, SocketDeflate } from './endpoint.ts'
import { WebSocketProtocolError } from './errors.ts'
import { deflatedFrame, type PreparedMessage } from './prepared-message.ts'
import { CLOSE_CODE } from './protocol/close-code.ts'
import { frameHead } from './protocol/frame-head.ts'
import {
  MessageParser,
  type MessageSink,
  type WebSocketMessage,
} from './protocol/message-parser.ts'
import { FIN, MAX_CONTROL_BYTES, OPCODE } from './protocol/opcode.ts'
import { SocketClock, type SocketState } from './socket-clock.ts'
import { webSocketCounters as counters } from './stats.ts'
import type { Transport } from './transport.ts'

/** How a socket was closed. */
export interface WebSocketClose {
  /** Of the peer's close frame, or of ours if we had to give up; 1005 without a code, 1006 without a frame. */
  readonly code: number
  readonly reason: string
  /** Whether both sides have sent their close frames. */
  readonly wasClean: boolean
}

/** Who is told what a connection brings: the socket of the user. */
export interface SocketListener {
  deliver(message: WebSocketMessage): void
  /** The peer reads again. */
  drained(): void
  /** Exactly once: nothing comes any more, and nothing can be sent. */
  finish(close: WebSocketClose): void
}

/**
 * One connection that speaks WebSocket: frames out, messages in, the closing handshake and timeouts.
 *
 * @see RFC 6455, 5 to 7
 */
export class SocketConnection
  implements ConnectionHandler, MessageSink, UpgradedConnection, SocketState
{
  readonly #endpoint: Endpoint
  readonly #transport: Transport
  readonly #parser: MessageParser
  readonly #deflate: SocketDeflate | undefined
  readonly #clock = new SocketClock()
  readonly #isPacedBySending: boolean
  #listener!: SocketListener
  #isFinished = false
  #isHeld = false
  phase: SocketState['phase'] = 'open'

  constructor(endpoint: Endpoint, transport: Transport, deflate: SocketDeflate | undefined) {
    const { maxMessageBytes, slowPeer } = endpoint.settings
    this.#endpoint = endpoint
    this.#transport = transport
    this.#deflate = deflate
    this.#isPacedBySending = slowPeer === 'wait'
    this.#parser = new MessageParser(this, {
      isServer: true,
      maxMessageBytes,
      inflater: deflate?.inflater,
    })
    counters.count('open')
    counters.count('total')
    endpoint.add(this)
  }

  /** Begins to read. @param head - what has come behind the handshake */
  attach(listener: SocketListener): void {
    this.#listener = listener
    this.#transport.setHandler(this)
  }

  get isPaused(): boolean {
    return this.#parser.isStopped
  }

  get bufferedBytes(): number {
    return this.#transport.bufferedBytes
  }

  get isCongested(): boolean {
    return this.#transport.isCongested
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress
  }

  onData(chunk: Buffer): void {
    counters.countReceived(chunk.length)
    this.#clock.noteInput()
    try {
      this.#parser.feed(chunk)
    } catch (error) {
      this.#onProtocolError(error)
    }
  }

  onEnd(): void {
    this.#finish(CLOSE_CODE.ABNORMAL, '', false)
    this.#end()
  }

  onDrain(): void {
    this.#updateReading()
    if (!this.#isFinished) this.#listener.drained()
  }

  onClose(): void {
    this.#finish(CLOSE_CODE.ABNORMAL, '', false)
    this.#endpoint.remove(this)
    this.#deflate?.release()
    counters.count('open', -1)
  }

  onMessage(message: WebSocketMessage): void {
    // Whoever has said goodbye does not listen any more.
    if (this.phase !== 'open') return
    counters.countMessage()
    this.#clock.noteMessage()
    this.#listener.deliver(message)
    if (this.#isPacedBySending && this.#transport.isCongested) this.#updateReading()
  }

  onPing(payload: Buffer): void {
    // A peer that does not read its pongs gets no more of them.
    if (this.phase === 'open' && !this.#transport.isCongested) this.#control(OPCODE.PONG, payload)
  }

  onPong(): void {
    // That something has come is what counts.
  }

  onCloseFrame(code: number, reason: string): void {
    if (this.phase === 'open') this.#sendClose(code === CLOSE_CODE.NO_STATUS ? undefined : code, '')
    this.#finish(code, reason, true)
    this.#end()
  }

  /** Stops or goes on reading on behalf of the listener, who has enough or no more of messages. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#updateReading()
  }

  /** @returns false if the message is not sent: the socket is closed, or the peer does not read */
  send(message: WebSocketMessage): boolean {
    if (this.phase !== 'open') return false
    if (this.#transport.isCongested && this.#isOverLimit(false)) return false
    const deflate = this.#deflate
    if (typeof message === 'string') {
      const length = Buffer.byteLength(message)
      if (deflate !== undefined && length >= deflate.thresholdBytes && length > 0) {
        this.#write(deflatedFrame(message, deflate.deflater))
      } else if (length === message.length) {
        const head = frameHead(FIN | OPCODE.TEXT, length)
        counters.countSentBytes(head.length + length)
        this.#transport.write(head + message, 'latin1')
      } else this.#writePayload(FIN | OPCODE.TEXT, Buffer.from(message, 'utf8'))
    } else if (deflate !== undefined && message.length >= Math.max(1, deflate.thresholdBytes)) {
      this.#write(deflatedFrame(message, deflate.deflater))
    } else this.#writePayload(FIN | OPCODE.BINARY, message)
    counters.countSent()
    return true
  }

  /** {@link send} for a message that many get. */
  sendPrepared(message: PreparedMessage): boolean {
    if (this.phase !== 'open') return false
    if (this.#transport.isCongested && this.#isOverLimit(true)) return false
    this.#write(message.frameFor(this.#deflate))
    counters.countSent()
    return true
  }

  ping(payload: Uint8Array): void {
    if (this.phase !== 'open') return
    counters.count('pings')
    this.#control(OPCODE.PING, payload)
  }

  /** Sends a close frame and waits for that of the peer. */
  close(code: number, reason: string): void {
    if (this.phase !== 'open') return
    this.#sendClose(code, reason)
    this.phase = 'closing'
    this.#clock.noteClosing()
    this.#updateReading()
  }

  shutdown(): void {
    this.close(CLOSE_CODE.GOING_AWAY, 'The server is shutting down')
  }

  destroy(): void {
    this.#finish(CLOSE_CODE.ABNORMAL, '', false)
    this.#transport.destroy()
  }

  /** Does what is due. @param nowMs - whole milliseconds, rounded down */
  sweep(nowMs: number): void {
    switch (this.#clock.check(nowMs, this.#endpoint.settings, this)) {
      case 'ping':
        this.ping(Buffer.alloc(0))
        break
      case 'pong':
        counters.count('pongTimeouts')
        this.destroy()
        break
      case 'send':
        counters.count('sendTimeouts')
        this.destroy()
        break
      case 'idle':
        counters.count('idleTimeouts')
        this.close(CLOSE_CODE.GOING_AWAY, 'No message for too long')
        break
      case 'close':
      case 'linger':
        this.destroy()
        break
      case 'none':
    }
  }

  #onProtocolError(error: unknown): void {
    if (!(error instanceof WebSocketProtocolError)) throw error
    if (this.phase === 'open') this.#sendClose(error.closeCode, error.message)
    this.#finish(error.closeCode, error.message, false)
    this.#end()
  }

  /** Whether so much waits for the peer that this message must not be sent, too. */
  #isOverLimit(isPublished: boolean): boolean {
    const { maxBufferedBytes, slowPeer } = this.#endpoint.settings
    const waiting = this.#transport.bufferedBytes
    if (waiting < maxBufferedBytes) return false
    if (slowPeer === 'wait' && !isPublished && waiting < 2 * maxBufferedBytes) return false
    counters.count('dropped')
    if (slowPeer === 'close' || (slowPeer === 'wait' && !isPublished)) this.destroy()
    return true
  }

  #updateReading(): void {
    const isPaced = this.#isPacedBySending && this.#transport.isCongested
    const isStopped = this.phase === 'open' && (this.#isHeld || isPaced)
    if (isStopped === this.#parser.isStopped) return
    if (isStopped) {
      this.#parser.isStopped = true
      this.#transport.pause()
      return
    }
    try {
      this.#parser.resume()
    } catch (error) {
      this.#onProtocolError(error)
    }
    if (!this.#parser.isStopped) this.#transport.resume()
  }

  #sendClose(code: number | undefined, reason: string): void {
    if (code === undefined) {
      this.#control(OPCODE.CLOSE, Buffer.alloc(0))
      return
    }
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
    payload.writeUInt16BE(code)
    payload.write(reason, 2)
    this.#control(OPCODE.CLOSE, payload)
  }

  #control(opcode: number, payload: Uint8Array): void {
    this.#writePayload(FIN | opcode, payload.subarray(0, MAX_CONTROL_BYTES))
  }

  #writePayload(first: number, payload: Uint8Array): void {
    const head = frameHead(first, payload.length)
    counters.countSentBytes(head.length + payload.length)
    this.#transport.write(head, 'latin1')
    if (payload.length > 0) this.#transport.writeOwned(payload)
  }

  #write(frame: string | Uint8Array): void {
    counters.countSentBytes(frame.length)
    if (typeof frame === 'string') this.#transport.write(frame, 'latin1')
    else this.#transport.writeOwned(frame)
  }

  /** Nothing more is said; what still comes is thrown away. RFC 6455, 7.1.1: the server ends first. */
  #end(): void {
    this.phase = 'closed'
    this.#clock.noteClosing()
    this.#parser.isOver = true
    if (this.#parser.isStopped) {
      this.#parser.isStopped = false
      this.#transport.resume()
    }
    this.#transport.end()
  }

  #finish(code: number, reason: string, wasClean: boolean): void {
    if (this.#isFinished) return
    this.#isFinished = true
    this.phase = 'closed'
    counters.countClose(code)
    this.#listener.finish({ code, reason, wasClean })
  }
}
