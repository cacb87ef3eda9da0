/** A measured way for two threads to talk. */
export interface CrossCoreCase {
  readonly name: string
  /** What goes to the other thread with each message. */
  readonly payload: 'number' | 'object'
  /** Requests that wait for their reply at the same time; 0 if nothing is answered. */
  readonly inFlight: number
}

export const CASES: readonly CrossCoreCase[] = [
  { name: 'one way, a number', payload: 'number', inFlight: 0 },
  { name: 'one way, a small object', payload: 'object', inFlight: 0 },
  { name: 'request and reply, 256 in flight', payload: 'number', inFlight: 256 },
  { name: 'request and reply, 16 in flight', payload: 'number', inFlight: 16 },
  { name: 'request and reply, 1 in flight', payload: 'number', inFlight: 1 },
]

/** One-way messages that are sent in one turn of the event loop. */
export const BURST = 1_000

export interface SmallObject {
  readonly id: number
  readonly name: string
  readonly tags: readonly string[]
}

/** What message `index` carries. */
export function payloadOf(payload: CrossCoreCase['payload'], index: number): number | SmallObject {
  return payload === 'number' ? index : { id: index, name: 'Ann', tags: ['admin', 'staff'] }
}

/** The number that a payload adds to the checksum of the other thread. */
export function valueOf(payload: number | SmallObject): number {
  return typeof payload === 'number' ? payload : payload.id + payload.tags.length
}

/** What a contestant does with the other thread. */
export interface Wire {
  /** Sends one message that is not answered. @returns a promise if it has to be waited for */
  send(payload: number | SmallObject): PromiseLike<void> | undefined
  /** Calls `onReply` with the other thread's answer: the value, plus one. */
  request(value: number, onReply: (reply: number) => void): void
  /** @returns the sum of what was sent since the last time, as soon as all of it has arrived */
  total(): PromiseLike<number>
}
