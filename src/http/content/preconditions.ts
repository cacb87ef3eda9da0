import { matchesStrongly, matchesWeakly, parseEntityTags } from './entity-tag.ts'
import { parseHttpDate } from './http-date.ts'

/** The conditional fields of a request. */
export interface Conditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifUnmodifiedSince?: string | undefined
}

/** What identifies the state of a resource. */
export interface Validators {
  /** With its quotes: `"abc"` or `W/"abc"`. */
  readonly etag?: string | undefined
  /** Milliseconds since 1970; only whole seconds count. */
  readonly lastModifiedMs?: number | undefined
  /** False if the resource does not exist, so that `If-None-Match: *` can create it; default true. */
  readonly exists?: boolean | undefined
}

/** `proceed` with the method, or answer 304 (`not-modified`) or 412 (`failed`). */
export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed'

const PROCEED_ALWAYS: ReadonlySet<string> = new Set(['OPTIONS', 'CONNECT', 'TRACE'])

/**
 * Evaluates the conditions of a request in the order HTTP demands.
 *
 * A malformed date is ignored, as is one for a resource without a modification date. Malformed
 * entity tags match nothing: `If-Match` then fails, for it guards against lost updates.
 *
 * @param nowMs - time of day, for dates whose year has two digits
 * @see RFC 9110, 13.2.2
 */
export function evaluatePreconditions(
  method: string,
  conditions: Conditions,
  validators: Validators,
  nowMs?: number,
): PreconditionOutcome {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (PROCEED_ALWAYS.has(method)) return 'proceed'
  const { lastModifiedMs } = validators
  if (ifMatch !== undefined) {
    if (!isListed(ifMatch, validators, matchesStrongly)) return 'failed'
  } else if (ifUnmodifiedSince !== undefined) {
    if (isModifiedSince(lastModifiedMs, ifUnmodifiedSince, nowMs) === true) return 'failed'
  }
  const isRead = method === 'GET' || method === 'HEAD'
  if (ifNoneMatch !== undefined) {
    if (!isListed(ifNoneMatch, validators, matchesWeakly)) return 'proceed'
    return isRead ? 'not-modified' : 'failed'
  }
  if (ifModifiedSince !== undefined && isRead) {
    if (isModifiedSince(lastModifiedMs, ifModifiedSince, nowMs) === false) return 'not-modified'
  }
  return 'proceed'
}

/**
 * Evaluates `If-Range`: whether the client's parts are of the current representation.
 *
 * @param nowMs - time of day: a date is no strong validator within the second it names
 * @returns false if the whole representation is to be sent
 * @see RFC 9110, 13.1.5
 */
export function isRangeCurrent(
  ifRange: string | undefined,
  { etag, lastModifiedMs }: Validators,
  nowMs: number = Date.now(),
): boolean {
  if (ifRange === undefined) return true
  if (etag !== undefined && matchesStrongly(ifRange, etag)) return true
  if (lastModifiedMs === undefined) return false
  const second = toSecond(lastModifiedMs)
  return parseHttpDate(ifRange, nowMs) === second && toSecond(nowMs) > second
}

function isListed(
  text: string,
  { etag, exists = true }: Validators,
  matches: (one: string, other: string) => boolean,
): boolean {
  if (!exists) return false
  const tags = parseEntityTags(text)
  if (tags === '*') return true
  if (tags === undefined || etag === undefined) return false
  return tags.some((tag) => matches(tag, etag))
}

/** Undefined if it cannot be told. */
function isModifiedSince(
  lastModifiedMs: number | undefined,
  date: string,
  nowMs: number | undefined,
): boolean | undefined {
  if (lastModifiedMs === undefined) return undefined
  const since = parseHttpDate(date, nowMs)
  return since === undefined ? undefined : toSecond(lastModifiedMs) > since
}

function toSecond(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000
}
