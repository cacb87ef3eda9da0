import { type Channel, channel } from 'node:diagnostics_channel'

/** Published once when a query is accepted, and the same object once more when it is settled. */
export interface QueryMessage {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** `performance.now()` when the query was accepted. */
  readonly startMs: number
  /** Set before the end is published if the query has failed. */
  error: unknown
}

/** What the pool says about its connections. */
export interface ConnectionMessage {
  /** `host:port` or the path of the socket. */
  readonly address: string
  readonly error: unknown
}

/** Channels of `node:diagnostics_channel`; nothing is built or published while nobody subscribes. */
export const channels: {
  readonly queryStart: Channel
  readonly queryEnd: Channel
  readonly connectionOpen: Channel
  readonly connectionClose: Channel
} = {
  queryStart: channel('fasterapi:pg:query:start'),
  queryEnd: channel('fasterapi:pg:query:end'),
  connectionOpen: channel('fasterapi:pg:connection:open'),
  connectionClose: channel('fasterapi:pg:connection:close'),
}
