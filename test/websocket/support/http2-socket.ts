import * as http2 from 'node:http2'
import { readFrames, type ServerFrame } from './frames.ts'

/** A client of bare frames over one stream of HTTP/2. */
export class Http2Socket {
  readonly stream: http2.ClientHttp2Stream
  head: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {}
  readonly frames: ServerFrame[] = []
  /** What came in place of frames. */
  body = ''
  /** The server has sent its last byte, or the stream is gone. */
  isEnded = false
  #rest: Buffer = Buffer.alloc(0)
  #wake: (() => void) | undefined

  private constructor(stream: http2.ClientHttp2Stream) {
    this.stream = stream
    const end = (): void => {
      this.isEnded = true
      this.#wake?.()
    }
    stream.on('response', (head) => {
      this.head = head
      this.#wake?.()
    })
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
    stream.on('end', end).on('close', end).on('error', end)
  }

  /** Asks for a WebSocket, and waits for the answer. */
  static async open(
    session: http2.ClientHttp2Session,
    path = '/',
    headers: http2.OutgoingHttpHeaders = {},
  ): Promise<Http2Socket> {
    await knowsWebSockets(session)
    const socket = new Http2Socket(
      session.request(
        {
          ':method': 'CONNECT',
          ':protocol': 'websocket',
          ':scheme': 'http',
          ':authority': 'localhost',
          ':path': path,
          'sec-websocket-version': '13',
          ...headers,
        },
        { endStream: false },
      ),
    )
    await socket.until(() => socket.head[':status'] !== undefined)
    return socket
  }

  get status(): number | undefined {
    return this.head[':status']
  }

  send(...parts: readonly Buffer[]): void {
    for (const part of parts) if (!this.stream.destroyed) this.stream.write(part)
  }

  /** Waits until `isDone`, or the end of the stream. */
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
    return this.frames
  }

  #take(chunk: Buffer): void {
    if (this.status === 200) {
      const { frames, rest } = readFrames(Buffer.concat([this.#rest, chunk]))
      this.frames.push(...frames)
      this.#rest = rest
    } else this.body += chunk.toString()
    this.#wake?.()
  }
}

/** The server has to say first that it understands: RFC 8441, 3. */
async function knowsWebSockets(session: http2.ClientHttp2Session): Promise<void> {
  while (session.remoteSettings?.enableConnectProtocol === undefined) {
    await new Promise((resolve) => session.once('remoteSettings', resolve))
  }
}
