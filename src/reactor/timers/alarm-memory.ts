/** Index in `words`: how often the time was changed; what the clock thread waits on. */
export const CHANGES = 0
/** Index in `words`: not 0 when the thread is to end. */
export const IS_CLOSED = 1
/** Index in `times`: when to wake the reactor, on the clock of the process; infinite for never. */
export const WAKE_MS = 1

/** What a reactor and its clock thread share. */
export interface AlarmMemory {
  readonly words: Int32Array<SharedArrayBuffer>
  readonly times: Float64Array<SharedArrayBuffer>
}

export function openAlarmMemory(buffer: SharedArrayBuffer): AlarmMemory {
  return { words: new Int32Array(buffer), times: new Float64Array(buffer) }
}

export function createAlarmMemory(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)
  openAlarmMemory(buffer).times[WAKE_MS] = Number.POSITIVE_INFINITY
  return buffer
}
