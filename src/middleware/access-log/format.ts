import type { AccessLogEntry } from './entry.ts'

/** One line of JSON, without what is not known. */
export function formatJson(entry: AccessLogEntry): string {
  return JSON.stringify(entry)
}

/**
 * One line for people and for programs that read the log of Apache: its common format, with the time
 * the answer took, the id of the request, and its headers behind it.
 */
export function formatText(entry: AccessLogEntry): string {
  const { client, time, method, target, httpVersion, status, bytes, durationMs } = entry
  const request = JSON.stringify(`${method} ${target} HTTP/${httpVersion}`)
  let line = `${client ?? '-'} - - [${time}] ${request} ${status} ${bytes ?? '-'} ${durationMs}ms`
  if (entry.requestId !== undefined) line += ` ${entry.requestId}`
  if (entry.aborted === true) line += ' aborted'
  for (const value of Object.values(entry.headers ?? {})) line += ` ${JSON.stringify(value)}`
  return line
}
