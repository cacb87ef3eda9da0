import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Linux reports CPU time in ticks of USER_HZ, which is 100 on every architecture Node runs on. */
const MICROS_PER_TICK = 10_000

/**
 * The user and system CPU time a process and all its threads have used so far, in microseconds.
 *
 * Read from outside, so that every contestant is measured the same way whatever runtime it is.
 */
export function cpuMicros(pid: number): number {
  if (process.platform === 'linux')
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  return parsePsTime(execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'latin1' }))
}

/**
 * How long the main thread of a process was ready to run while others had its core, in microseconds.
 *
 * 0 where the system does not tell.
 */
export function waitedMicros(pid: number): number {
  const file = `/proc/${pid}/schedstat`
  return existsSync(file) ? parseSchedstat(readFileSync(file, 'latin1')) : 0
}

/** @see the kernel's documentation, "Scheduler Statistics": time run, time waited, in nanoseconds */
export function parseSchedstat(text: string): number {
  const waited = Number(text.split(' ')[1])
  if (!Number.isFinite(waited)) throw new TypeError(`Not a schedstat line: ${text}`)
  return waited / 1_000
}

/** @see proc(5), `/proc/pid/stat`, fields 14 (utime) and 15 (stime) */
export function parseProcStat(text: string): number {
  // Field 2 is the program name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  if (!Number.isFinite(ticks)) throw new TypeError(`Not a /proc/PID/stat line: ${text}`)
  return ticks * MICROS_PER_TICK
}

/** `[[dd-]hh:]mm:ss[.cc]`, as BSD and macOS `ps -o time` print it. */
export function parsePsTime(text: string): number {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text.trim())
  if (match === null) throw new TypeError(`Not a ps time: ${text}`)
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  return Math.round(total * 1e6)
}
