import type { TopicTransport, TransportReceiver } from '../../../src/websocket/index.ts'

/** Carries payloads between the transports of one test, and fails as it is told to. */
export class MemoryHub {
  readonly transports: MemoryTransport[] = []
  /** Everything that was accepted. */
  readonly payloads: string[] = []

  transport(maxPayloadBytes = 1024): MemoryTransport {
    const transport = new MemoryTransport(this, maxPayloadBytes)
    this.transports.push(transport)
    return transport
  }
}

export class MemoryTransport implements TopicTransport {
  readonly maxPayloadBytes: number
  isConnected = false
  /** Payloads of each call of `send`. */
  readonly batches: number[] = []
  /** Failures of the next calls: `before` the payloads have gone, or `after`. */
  readonly failures: { when: 'before' | 'after' | 'permanent' }[] = []
  /** `send` waits for it. */
  barrier: Promise<void> | undefined
  readonly #hub: MemoryHub
  receiver: TransportReceiver | undefined

  constructor(hub: MemoryHub, maxPayloadBytes: number) {
    this.#hub = hub
    this.maxPayloadBytes = maxPayloadBytes
  }

  open(receiver: TransportReceiver): void {
    this.receiver = receiver
    this.isConnected = true
  }

  async send(payloads: readonly string[]): Promise<void> {
    this.batches.push(payloads.length)
    const failure = this.failures.shift()
    if (failure?.when === 'before') throw new Error('not sent')
    if (failure?.when === 'permanent') throw new RangeError('refused')
    await this.barrier
    this.#hub.payloads.push(...payloads)
    for (const payload of payloads) {
      for (const { isConnected, receiver } of this.#hub.transports) {
        if (isConnected) receiver?.onPayload(payload)
      }
    }
    if (failure?.when === 'after') throw new Error('no answer')
  }

  isPermanent(error: unknown): boolean {
    return error instanceof RangeError
  }

  close(): void {
    this.isConnected = false
  }
}
