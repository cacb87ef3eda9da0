import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { MessageError } from './mesh-errors.ts'

type SidePayload = readonly [number: number, payload: unknown]

/** What the channel's events are; Node's types call them plain events. */
interface SideEvent {
  readonly data: SidePayload
}

/** The number of a payload counts in its lower bits, and has something of the sender's generation in the upper ones. */
const COUNT_BITS = 20
const PREFIX_MASK = 0x7ff

/** The lowest bits of a generation say that the place is taken, always. */
function prefixOf(generation: number): number {
  return (generation >> 2) & PREFIX_MASK
}

/**
 * Takes what the ring between two places does not: values that need structured clone, and big ones.
 *
 * The payload is sent before the frame that names its number, so it is there when the frame is read,
 * and order is that of the ring.
 */
export class SideChannel {
  readonly #channel: BroadcastChannel
  /** The same channel: Node's types do not say that a payload can be received from one. */
  readonly #port: MessagePort
  readonly #prefix: number
  readonly #arrived = new Map<number, unknown>()
  #count = 0

  /** @param generation - of the sender's own place */
  constructor(name: string, generation: number) {
    this.#channel = new BroadcastChannel(name)
    this.#port = this.#channel as unknown as MessagePort
    // A channel hands out what comes, whether somebody listens or not.
    this.#channel.addEventListener('message', (event) => {
      this.#keep((event as unknown as SideEvent).data)
    })
    // Waiting in it does not keep the process alive.
    this.#channel.unref()
    this.#prefix = prefixOf(generation) << COUNT_BITS
  }

  /**
   * @returns the number under which the other end fetches the payload
   * @throws {MessageError} if it cannot be cloned
   */
  send(payload: unknown): number {
    const number = this.#prefix | (this.#count++ & (2 ** COUNT_BITS - 1))
    try {
      const message: SidePayload = [number, payload]
      this.#channel.postMessage(message)
    } catch (error) {
      throw MessageError.of(error)
    }
    return number
  }

  /** @throws {MessageError} if there is none of that number: its sender is gone */
  fetch(number: number): unknown {
    while (!this.#arrived.has(number)) {
      const received: { readonly message: SidePayload } | undefined = receiveMessageOnPort(
        this.#port,
      )
      if (received === undefined) throw new MessageError('The payload of a message is missing')
      this.#keep(received.message)
    }
    const payload = this.#arrived.get(number)
    this.#arrived.delete(number)
    return payload
  }

  /** Forgets what nobody will fetch: payloads from an earlier generation of the other end. */
  forget(generation: number): void {
    for (const number of this.#arrived.keys()) {
      if (number >> COUNT_BITS !== prefixOf(generation)) this.#arrived.delete(number)
    }
  }

  close(): void {
    this.#channel.close()
  }

  #keep([number, payload]: SidePayload): void {
    this.#arrived.set(number, payload)
  }
}
