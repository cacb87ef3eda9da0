import type { Eventual } from '../../future/index.ts'
import type { WebSocketMessage } from '../protocol/message-parser.ts'

/** Messages of other processes may be missing: a connection was lost, or a queue was full. */
export interface TopicGap {
  /** The failure of our connection, if it was ours; else the loss was on the way or at a sender. */
  readonly cause: unknown
}

/** What a bridge tells the core it is attached to. */
export interface TopicReceiver {
  /** Names the process, the same on all its cores: what they publish, they tell each other. */
  readonly processKey: string
  /** Called with every message of another process, in the order in which its core published. */
  deliver(topic: string, message: WebSocketMessage): void
}

/** Numbers of a bridge since it was made. */
export interface TopicBridgeStats {
  /** Whether messages of others arrive now. */
  readonly isConnected: boolean
  /** Messages handed over, and of these: accepted by the other side, or given up for the reason named. */
  readonly published: number
  readonly sent: number
  readonly dropped: {
    /** The queue was full, because the other side could not be reached. */
    readonly queueFull: number
    /** Longer than allowed. */
    readonly tooBig: number
    /** The other side refused them, or they were left when the bridge was closed. */
    readonly failed: number
  }
  /** Messages of other processes, and those that came twice, and were ignored. */
  readonly received: number
  readonly duplicates: number
  /** Times something was missing, whether `onGap` was given or not. */
  readonly gaps: number
  /** Times that sending was tried again. */
  readonly retries: number
  readonly queued: { readonly messages: number; readonly bytes: number }
}

/**
 * Carries what is published to topics to other processes, and what they publish to here.
 *
 * `postgresBridge` and `redisBridge` are such; `relayBridge` makes one of anything that carries text.
 */
export interface TopicBridge {
  /** @returns ready when messages of others arrive; fails if that cannot be */
  open(receiver: TopicReceiver): Eventual<void>
  /** Takes a message of this core; never throws, and never waits. */
  publish(topic: string, message: WebSocketMessage): void
  /** Sends what is queued, and ends the bridge. */
  close(): Eventual<void>
  stats(): TopicBridgeStats
}
