/** One kind of load. */
export interface WebSocketCase {
  readonly name: string
  /** `echo`: every message comes back; `feed`: every message goes to all subscribers. */
  readonly path: '/echo' | '/feed'
  readonly connections: number
  /** Messages on their way per connection of an echo, or per round of a feed. */
  readonly inFlight: number
  readonly payloadBytes: number
  readonly isBinary: boolean
  /** What one unit of CPU time is for. */
  readonly unit: string
}

export const ECHO = 'echo 64 B'
export const ECHO_PIPELINED = 'echo 64 B, 16 in flight'
export const FAN_OUT = 'fan-out to 1,000'
export const FAN_OUT_BURST = 'fan-out to 1,000, 16 messages'

const ECHO_UNIT = 'us CPU/message'
const FEED_UNIT = 'us CPU/delivery'

export const CASES: readonly WebSocketCase[] = [
  echo(ECHO, { payloadBytes: 64 }),
  echo(ECHO_PIPELINED, { payloadBytes: 64, inFlight: 16 }),
  echo('echo 64 B, binary', { payloadBytes: 64, isBinary: true }),
  echo('echo 16 KiB', { payloadBytes: 16_384 }),
  feed(FAN_OUT, 1),
  feed(FAN_OUT_BURST, 16),
]

function echo(name: string, shape: Partial<WebSocketCase>): WebSocketCase {
  const plain = { connections: 64, inFlight: 1, payloadBytes: 64, isBinary: false }
  return { name, path: '/echo', unit: ECHO_UNIT, ...plain, ...shape }
}

function feed(name: string, inFlight: number): WebSocketCase {
  const shape = { connections: 1000, payloadBytes: 64, isBinary: false }
  return { name, path: '/feed', unit: FEED_UNIT, inFlight, ...shape }
}
