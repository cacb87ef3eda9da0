import type { WebSocketMessage } from '../protocol/message-parser.ts'
import { type Envelope, readEnvelope, readMessage } from './envelope.ts'

/** Senders that are remembered: processes that are long gone make place for others. */
const MAX_ORIGINS = 4096

export interface InboxHost {
  onMessage(topic: string, message: WebSocketMessage): void
  /** Something of one sender is missing. */
  onMissing(): void
}

interface Sender {
  /** The sequence of the last payload. */
  last: number
  /** Nothing may be missing: false behind a gap that was told already. */
  isGapless: boolean
  /** Of a message whose end is still to come. */
  parts: string[]
  partsLength: number
}

/** Makes messages of payloads, each once, and notices when some are missing. */
export class BridgeInbox {
  readonly #processKey: string
  readonly #maxMessageLength: number
  readonly #host: InboxHost
  readonly #senders = new Map<string, Sender>()
  duplicates = 0

  /** @param maxMessageLength - of all parts of a message, as they travel */
  constructor(processKey: string, maxMessageLength: number, host: InboxHost) {
    this.#processKey = `${processKey}/`
    this.#maxMessageLength = maxMessageLength
    this.#host = host
  }

  add(payload: string): void {
    const envelope = readEnvelope(payload)
    if (envelope === undefined || envelope.origin.startsWith(this.#processKey)) return
    const sender = this.#senderOf(envelope)
    if (envelope.sequence <= sender.last) {
      this.duplicates++
      return
    }
    if (envelope.sequence !== sender.last + 1) {
      sender.parts = []
      if (sender.isGapless) this.#host.onMissing()
    }
    sender.last = envelope.sequence
    sender.isGapless = true
    this.#addPart(sender, envelope)
  }

  /** What comes next need not follow what was last. */
  expectGap(): void {
    for (const sender of this.#senders.values()) sender.isGapless = false
  }

  #senderOf({ origin, sequence }: Envelope): Sender {
    const known = this.#senders.get(origin)
    if (known !== undefined) return known
    if (this.#senders.size >= MAX_ORIGINS) {
      const [oldest] = this.#senders.keys()
      this.#senders.delete(oldest as string)
    }
    // Whoever is heard for the first time may have sent before we were there.
    const sender: Sender = { last: sequence - 1, isGapless: true, parts: [], partsLength: 0 }
    this.#senders.set(origin, sender)
    return sender
  }

  #addPart(sender: Sender, { topic, encoding, part, parts, data }: Envelope): void {
    if (parts === 1) return this.#host.onMessage(topic, readMessage(encoding, [data]))
    if (part === 0) {
      sender.parts = []
      sender.partsLength = 0
    } else if (part !== sender.parts.length) {
      // Its beginning was missed, or was too much.
      return
    }
    sender.parts.push(data)
    sender.partsLength += data.length
    if (sender.partsLength > this.#maxMessageLength) {
      sender.parts = []
      return this.#host.onMissing()
    }
    if (part < parts - 1) return
    const complete = sender.parts
    sender.parts = []
    this.#host.onMessage(topic, readMessage(encoding, complete))
  }
}
