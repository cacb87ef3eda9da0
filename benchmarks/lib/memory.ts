import { readFileSync, writeFileSync } from 'node:fs'

/** Resident memory of a process, in bytes. */
export interface ResidentMemory {
  readonly now: number
  /** The most it has been since the start, or since {@link resetPeak}. */
  readonly peak: number
}

/**
 * Reads the resident memory of a process from outside: the same for every runtime. Linux only.
 *
 * @throws {Error} without `/proc`
 */
export function residentMemory(pid: number): ResidentMemory {
  return parseProcStatus(readFileSync(`/proc/${pid}/status`, 'latin1'))
}

/**
 * Makes the peak what is resident now. Linux only.
 *
 * @see proc(5), `/proc/pid/clear_refs`
 */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** @see proc(5), `/proc/pid/status`, VmRSS and VmHWM */
export function parseProcStatus(text: string): ResidentMemory {
  return { now: readKibibytes(text, 'VmRSS'), peak: readKibibytes(text, 'VmHWM') }
}

function readKibibytes(text: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)
  if (match === null) throw new TypeError(`No ${name} in: ${text}`)
  return Number(match[1]) * 1_024
}
