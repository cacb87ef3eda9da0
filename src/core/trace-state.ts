import { OptionError } from './errors.ts'

/** One member of a `tracestate` header: what one tracing system carries along. */
export type TraceStateMember = readonly [key: string, value: string]

const MAX_MEMBERS = 32
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * Reads the header `tracestate`.
 *
 * @returns its members in their order, the newest first; `undefined` if any is malformed, a key occurs
 *   twice or there are more than 32: the standard says to drop the whole header then
 * @see W3C Trace Context, "tracestate Header"
 */
export function parseTracestate(text: string): TraceStateMember[] | undefined {
  const members: TraceStateMember[] = []
  const keys = new Set<string>()
  for (const part of text.split(',')) {
    const member = part.replaceAll(/^[ \t]+|[ \t]+$/g, '')
    if (member === '') continue
    const equals = member.indexOf('=')
    const key = member.slice(0, Math.max(equals, 0))
    const value = member.slice(equals + 1)
    if (!KEY.test(key) || !VALUE.test(value) || keys.has(key)) return undefined
    if (members.push([key, value]) > MAX_MEMBERS) return undefined
    keys.add(key)
  }
  return members
}

/** @returns the header of these members */
export function formatTracestate(members: readonly TraceStateMember[]): string {
  return members.map(([key, value]) => `${key}=${value}`).join(',')
}

/**
 * Puts a tracing system's own member first, in place of what it said before.
 *
 * The oldest member leaves if there are 32 already.
 *
 * @param state - the header as it came; a malformed one is dropped
 * @returns the header to send
 * @throws {OptionError} if key or value are not what the standard allows
 */
export function withTracestate(state: string | undefined, key: string, value: string): string {
  if (!KEY.test(key)) throw new OptionError('key', key, 'a tracestate key')
  if (!VALUE.test(value)) throw new OptionError('value', value, 'a tracestate value')
  const others = (parseTracestate(state ?? '') ?? []).filter(([name]) => name !== key)
  return formatTracestate([[key, value] as const, ...others].slice(0, MAX_MEMBERS))
}
