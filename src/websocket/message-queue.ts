import { RingBuffer } from '../core/ring-buffer.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import type { WebSocketMessage } from './protocol/message-parser.ts'

type Result = IteratorResult<WebSocketMessage, undefined>

const DONE: Result = { done: true, value: undefined }
/** Bytes that may wait to be asked for, whatever their number. */
const MAX_WAITING_BYTES = 65_536

/** Messages that nobody has asked for yet, and those who ask for messages that have not come yet. */
export class MessageQueue {
  readonly #messages: RingBuffer<WebSocketMessage> = new RingBuffer(4)
  readonly #waiting: RingBuffer<(result: Result) => void> = new RingBuffer(4)
  readonly #maxMessages: number
  #bytes = 0
  #isEnded = false

  constructor(maxMessages: number) {
    this.#maxMessages = maxMessages
  }

  get length(): number {
    return this.#messages.length
  }

  get isFull(): boolean {
    return this.#messages.length >= this.#maxMessages || this.#bytes >= MAX_WAITING_BYTES
  }

  get isHalfFull(): boolean {
    return this.#messages.length * 2 >= this.#maxMessages || this.#bytes * 2 >= MAX_WAITING_BYTES
  }

  push(message: WebSocketMessage): void {
    if (this.#isEnded) return
    const taker = this.#waiting.shift()
    if (taker !== undefined) {
      taker({ done: false, value: message })
      return
    }
    this.#messages.push(message)
    this.#bytes += message.length
  }

  /** What is there still comes, then the end. */
  end(): void {
    this.#isEnded = true
    enterCallback()
    for (let taker = this.#waiting.shift(); taker !== undefined; taker = this.#waiting.shift()) {
      taker(DONE)
    }
    leaveCallback()
  }

  shift(): WebSocketMessage | undefined {
    const message = this.#messages.shift()
    if (message !== undefined) this.#bytes -= message.length
    return message
  }

  /**
   * @param onTaken - called when a message was asked for
   * @param onReturn - called when nobody asks for more
   */
  iterate(
    onTaken: () => void,
    onReturn: () => void,
  ): AsyncIterableIterator<WebSocketMessage, undefined> {
    const iterator: AsyncIterableIterator<WebSocketMessage, undefined> = {
      next: () => {
        const next = this.next()
        onTaken()
        return next
      },
      return: () => {
        onReturn()
        return Promise.resolve(DONE)
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  next(): Promise<Result> {
    const message = this.shift()
    if (message !== undefined) return Promise.resolve({ done: false, value: message })
    if (this.#isEnded) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
