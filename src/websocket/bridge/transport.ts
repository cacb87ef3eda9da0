import type { Eventual } from '../../future/index.ts'

/** What a transport tells the bridge that uses it. */
export interface TransportReceiver {
  /** Called with everything that was sent, by whomever, in the order in which each sender sent. */
  onPayload(payload: string): void
  /** The connection was lost and is there again: what was sent meanwhile is gone. */
  onGap(cause: unknown): void
}

/** Carries text to all who have opened it, the sender included: a channel of PostgreSQL, Redis, NATS. */
export interface TopicTransport {
  /** Bytes that a payload may have; longer messages travel in parts. At least 1,024. */
  readonly maxPayloadBytes: number
  /** Whether payloads arrive now. */
  readonly isConnected: boolean
  /** @returns ready when what is sent from now on arrives; fails if that cannot be */
  open(receiver: TransportReceiver): Eventual<unknown>
  /**
   * Sends in order; called again only when it is ready.
   *
   * @returns ready when all are accepted; when it fails, they are sent again, and those that had arrived
   * are recognised
   */
  send(payloads: readonly string[]): Eventual<unknown>
  /** @returns whether the same payloads would fail again, so that they are given up */
  isPermanent(error: unknown): boolean
  close(): Eventual<unknown>
}
