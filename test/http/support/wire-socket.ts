import { Buffer } from 'node:buffer'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

/**
 * A socket without a network: what the peer sends is handed over in the same turn, what the server
 * sends is kept as text.
 *
 * It has what `HttpServer.accept` and the `connection` event of a `node:http` server need of a
 * `net.Socket`, and keeps its rules: nothing is read while it is paused, `close` comes once, after
 * both sides have ended, and nobody may write behind the end.
 */
export class WireSocket extends EventEmitter {
  readonly remoteAddress = '127.0.0.1'
  readonly writableLength = 0
  readonly writable = true
  readonly readable = true
  destroyed = false
  /** What the server has sent, one character a byte. */
  sent = ''
  /** The server has ended its side. */
  isEnded = false
  #arrived: Buffer[] = []
  #isPeerEnding = false
  #isPeerEnded = false
  #isPaused = false
  #isClosed = false

  /** This socket in the shape that servers ask for. */
  get asSocket(): Socket {
    return this as unknown as Socket
  }

  /** True once both sides have ended, or the server has cut the connection. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Hands bytes to the server, or keeps them while it does not read. */
  receive(bytes: Buffer): void {
    if (!this.#isPaused && this.#arrived.length === 0) this.emit('data', bytes)
    else this.#arrived.push(bytes)
    this.pump()
  }

  /** The peer ends its side, behind everything it has sent. */
  receiveEnd(): void {
    this.#isPeerEnding = true
    this.pump()
  }

  /** Delivers what is due. @returns whether nothing is left to deliver */
  pump(): boolean {
    while (!this.#isPaused && !this.destroyed) {
      const bytes = this.#arrived.shift()
      if (bytes === undefined) break
      this.emit('data', bytes)
    }
    if (this.#isPeerEnding && !this.#isPeerEnded && this.#arrived.length === 0) {
      this.#isPeerEnded = true
      if (!this.destroyed) this.emit('end')
    }
    if (!this.#isClosed && (this.destroyed || (this.isEnded && this.#isPeerEnded))) {
      this.#isClosed = true
      this.destroyed = true
      this.emit('close', false)
    }
    return this.#arrived.length === 0 && (!this.#isPeerEnding || this.#isPeerEnded)
  }

  write(data: string | Uint8Array, encoding?: BufferEncoding | (() => void)): boolean {
    if (this.isEnded) throw new Error('Written behind the end')
    if (typeof data !== 'string') this.sent += Buffer.from(data).toString('latin1')
    else if (encoding === 'latin1') this.sent += data
    else this.sent += Buffer.from(data).toString('latin1')
    return true
  }

  end(): void {
    this.isEnded = true
  }

  destroySoon(): void {
    this.destroy()
  }

  destroy(): this {
    this.destroyed = true
    return this
  }

  pause(): this {
    this.#isPaused = true
    return this
  }

  resume(): this {
    this.#isPaused = false
    return this
  }

  cork(): void {}
  uncork(): void {}
  setTimeout(): this {
    return this
  }
}
