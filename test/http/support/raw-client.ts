import { once } from 'node:events'
import * as net from 'node:net'

/** A client that sends bytes as they are, and gathers what comes back. */
export class RawClient {
  readonly #socket: net.Socket
  #received = ''
  #isEnded = false
  /** The connection was broken, not ended. */
  isReset = false
  /** How many pieces the input came in. */
  chunks = 0
  #wake: (() => void) | undefined

  private constructor(socket: net.Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.chunks++
      this.#received += chunk.toString('latin1')
      this.#wake?.()
    })
    const end = (): void => {
      this.#isEnded = true
      this.#wake?.()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', () => {
      this.isReset = true
      end()
    })
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  get received(): string {
    return this.#received
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** Sends byte after byte, each as a segment of its own as far as the kernel plays along. */
  async sendSlowly(text: string): Promise<void> {
    for (const character of text) {
      this.#socket.write(character, 'latin1')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Sends FIN. */
  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Sends RST. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Everything up to the end of the connection. */
  async untilEnd(): Promise<string> {
    await this.#until(() => this.#isEnded)
    this.#socket.destroy()
    return this.#received
  }

  /** Everything so far, as soon as it matches or has so many characters. */
  async until(goal: RegExp | number): Promise<string> {
    const isReached = (): boolean =>
      typeof goal === 'number' ? this.#received.length >= goal : goal.test(this.#received)
    await this.#until(() => isReached() || this.#isEnded)
    return this.#received
  }

  async #until(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
