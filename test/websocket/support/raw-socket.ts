import { once } from 'node:events'
import * as net from 'node:net'
import { readFrames, type ServerFrame } from './frames.ts'

/** The key of RFC 6455's own example, and the answer to it. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

export function handshake(path = '/', headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    host: 'localhost',
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': KEY,
    'sec-websocket-version': '13',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A client of bare bytes. */
export class RawSocket {
  readonly socket: net.Socket
  /** The response to the handshake. */
  head = ''
  readonly frames: ServerFrame[] = []
  isEnded = false
  #rest: Buffer = Buffer.alloc(0)
  #wake: (() => void) | undefined

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    const end = (): void => {
      this.isEnded = true
      this.#wake?.()
    }
    socket.on('end', end).on('close', end).on('error', end)
  }

  /** Connects and shakes hands. */
  static async open(
    port: number,
    path = '/',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawSocket> {
    const raw = await RawSocket.connect(port)
    raw.socket.write(handshake(path, headers))
    await raw.until(() => raw.head !== '')
    return raw
  }

  static async connect(port: number): Promise<RawSocket> {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  send(...parts: readonly Buffer[]): void {
    for (const part of parts) if (!this.socket.destroyed) this.socket.write(part)
  }

  /** Sends each part as a segment of its own, as far as the kernel plays along. */
  async sendApart(parts: readonly Buffer[]): Promise<void> {
    for (const part of parts) {
      if (this.socket.destroyed) return
      this.socket.write(part)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Waits until `isDone`, or the end of the connection. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone() && !this.isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async untilFrames(count: number): Promise<ServerFrame[]> {
    await this.until(() => this.frames.length >= count)
    return this.frames
  }

  async untilEnd(): Promise<ServerFrame[]> {
    await this.until(() => false)
    this.socket.destroy()
    return this.frames
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    if (this.head === '') {
      const end = this.#rest.indexOf('\r\n\r\n')
      if (end !== -1) {
        this.head = this.#rest.subarray(0, end + 4).toString('latin1')
        this.#rest = this.#rest.subarray(end + 4)
      }
    }
    if (this.head.startsWith('HTTP/1.1 101')) {
      const { frames, rest } = readFrames(this.#rest)
      this.frames.push(...frames)
      this.#rest = rest
    }
    this.#wake?.()
  }
}
