import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Message, ServerFrame } from '../../../examples/websocket-chat/protocol.ts'

type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** How a chat is reached: over a real socket, or the test client's. */
export interface ChatSocket {
  send(text: string): void
  receive(): PromiseLike<string | Uint8Array>
}

/** Somebody in a room, as the page would be, but that keeps whatever comes. */
export class ChatClient {
  readonly session: string
  readonly #socket: ChatSocket
  readonly #frames: ServerFrame[] = []

  constructor(socket: ChatSocket, session: string = randomUUID()) {
    this.#socket = socket
    this.session = session
  }

  /** @returns the welcome and the history */
  async join(name: string, after?: number): Promise<[FrameOf<'welcome'>, FrameOf<'history'>]> {
    this.send({ type: 'join', name, session: this.session, after })
    return [await this.next('welcome'), await this.next('history')]
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame))
  }

  /** @returns the key of the message */
  say(text: string, key: string = randomUUID()): string {
    this.send({ type: 'say', key, text })
    return key
  }

  /** @returns the next message that somebody says */
  async hear(): Promise<Message> {
    return (await this.next('message')).message
  }

  /** @returns the first frame of a type that `fits`; those of other types are kept for later */
  async next<Type extends ServerFrame['type']>(
    type: Type,
    fits: (frame: FrameOf<Type>) => boolean = () => true,
  ): Promise<FrameOf<Type>> {
    const isWanted = (frame: ServerFrame): boolean =>
      frame.type === type && fits(frame as FrameOf<Type>)
    return (await this.#find(isWanted)) as FrameOf<Type>
  }

  /** @returns the message with that key, or why it was not kept */
  async answerTo(key: string): Promise<FrameOf<'message'> | FrameOf<'error'>> {
    const isAnswer = (frame: ServerFrame): boolean =>
      (frame.type === 'message' && frame.message.key === key) ||
      (frame.type === 'error' && frame.key === key)
    return (await this.#find(isAnswer)) as FrameOf<'message'> | FrameOf<'error'>
  }

  /** Waits until the room has exactly these people. */
  async untilHere(...names: string[]): Promise<void> {
    await this.next('presence', (frame) => frame.names.join() === names.join())
  }

  async #find(isWanted: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    for (;;) {
      const index = this.#frames.findIndex(isWanted)
      const [found] = index === -1 ? [] : this.#frames.splice(index, 1)
      if (found !== undefined) return found
      const text = await this.#socket.receive()
      this.#frames.push(JSON.parse(String(text)) as ServerFrame)
    }
  }
}

/** A real WebSocket, with what has come in a queue. */
export class RealSocket implements ChatSocket {
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #socket: WebSocket
  readonly #received: string[] = []
  #wake: (() => void) | undefined

  static async open(url: string, room: string): Promise<RealSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/rooms/${room}/socket`)
    const real = new RealSocket(socket)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Error(`no WebSocket for ${room}`)))
    })
    return real
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.#received.push(String(data))
      this.#wake?.()
    })
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => {
        resolve({ code, reason })
        this.#wake?.()
      })
    })
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  async receive(): Promise<string> {
    while (this.#received.length === 0) {
      assert.ok(this.#socket.readyState < WebSocket.CLOSING, 'the socket is closed')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#received.shift() ?? ''
  }

  close(): Promise<unknown> {
    this.#socket.close()
    return this.closed
  }
}
