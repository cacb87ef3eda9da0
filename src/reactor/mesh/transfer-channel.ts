import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
} from 'node:worker_threads'
import { MessageError } from './mesh-errors.ts'

type MovedPayload = readonly [number: number, payload: unknown]

/**
 * Moves what is to leave this thread for good to the other end of a link: buffers, ports, streams.
 *
 * That takes a port of its own, which is made when it is first needed. The payload is sent before the
 * frame that names its number, so it is there when the frame is read; the frame must not be read before
 * the other end has its port.
 */
export class TransferChannel {
  readonly #handOver: (port: MessagePort) => void
  #outgoing: MessagePort | undefined
  #incoming: MessagePort | undefined
  #count = 0

  /** @param handOver - brings the other end its port */
  constructor(handOver: (port: MessagePort) => void) {
    this.#handOver = handOver
  }

  /**
   * @returns the number under which the other end fetches the payload
   * @throws {MessageError} if it cannot be cloned, or something in the list not be moved
   */
  send(payload: unknown, transfer: readonly Transferable[]): number {
    const number = this.#count++
    const message: MovedPayload = [number, payload]
    try {
      this.#open().postMessage(message, transfer)
    } catch (error) {
      throw MessageError.of(error)
    }
    return number
  }

  /** Takes the port that the other end has made. */
  adopt(port: MessagePort): void {
    this.#incoming?.close()
    this.#incoming = port
    port.unref()
  }

  /** @throws {MessageError} if there is no payload of that number: its sender is gone */
  fetch(number: number): unknown {
    for (;;) {
      const received: { readonly message: MovedPayload } | undefined =
        this.#incoming && receiveMessageOnPort(this.#incoming)
      if (received === undefined) throw new MessageError('The payload of a message is missing')
      // Others before it belonged to messages that were dropped.
      if (received.message[0] === number) return received.message[1]
    }
  }

  /** The other end did not get its port. */
  giveUp(): void {
    this.#outgoing?.close()
    this.#outgoing = undefined
  }

  /** Another reactor sits at the other end: it will make, and get, ports of its own. */
  close(): void {
    this.giveUp()
    this.#incoming?.close()
    this.#incoming = undefined
  }

  #open(): MessagePort {
    if (this.#outgoing !== undefined) return this.#outgoing
    const { port1, port2 } = new MessageChannel()
    port1.unref()
    this.#outgoing = port1
    this.#handOver(port2)
    return port1
  }
}
