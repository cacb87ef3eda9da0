import type { SocketConnection } from './socket-connection.ts'
import { addSubscriber, removeSubscriber } from './topics.ts'

/** The topics that one socket is subscribed to. */
export class Subscriptions {
  readonly #connection: SocketConnection
  readonly topics: Set<string> = new Set()

  constructor(connection: SocketConnection) {
    this.#connection = connection
  }

  add(topic: string): void {
    this.topics.add(topic)
    addSubscriber(topic, this.#connection)
  }

  /** @returns false if there is none */
  remove(topic: string): boolean {
    if (!this.topics.delete(topic)) return false
    removeSubscriber(topic, this.#connection)
    return true
  }

  removeAll(): void {
    for (const topic of this.topics) removeSubscriber(topic, this.#connection)
    this.topics.clear()
  }
}
