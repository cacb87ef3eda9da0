import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A client of `/feed`, which remembers what it got. */
export class FeedSocket {
  readonly messages: (string | Buffer)[] = []
  /** The core it is connected to. */
  core = ''
  readonly #socket: WebSocket
  #wake = (): void => {}

  private constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/feed`)
    this.#socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.messages.push(isBinary ? data : data.toString())
      this.#wake()
    })
    this.#socket.on('close', () => this.#wake())
  }

  static async open(port: number): Promise<FeedSocket> {
    const socket = new FeedSocket(port)
    const [core] = await socket.take(1)
    socket.core = String(core)
    return socket
  }

  send(message: string | Uint8Array): void {
    this.#socket.send(message)
  }

  /** @returns the next messages; fails if they do not come */
  async take(count: number): Promise<(string | Buffer)[]> {
    const deadline = setTimeout(() => this.#socket.terminate(), 15_000)
    while (this.messages.length < count) {
      if (this.#socket.readyState === WebSocket.CLOSED) {
        throw new Error(`${this.messages.length} of ${count} messages came`)
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    clearTimeout(deadline)
    return this.messages.splice(0, count)
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}
