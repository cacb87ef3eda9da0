import { systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { HeaderList } from '../message/headers.ts'
import { HttpResponse } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { retryLine, writeData } from './event.ts'
import { EventFeed, type EventStreamSource } from './event-feed.ts'

export interface EventStreamOptions {
  /** A comment is sent whenever no event came for so long; 0 sends none. Default 15,000. */
  readonly heartbeatMs?: number
  /** How long clients are to wait before they reconnect; default theirs, some seconds. */
  readonly retryMs?: number
  /** Makes the text of an event's data. Default: text as it is, everything else as JSON. */
  readonly serialize?: (data: unknown) => string
  /** Besides `cache-control: no-store` and `x-accel-buffering: no`. */
  readonly headers?: HeaderList
}

export const EVENT_STREAM_TYPE = 'text/event-stream'

const OPTION_NAMES = ['heartbeatMs', 'retryMs', 'serialize', 'headers']

/** No cache may keep it, and no nginx hold it back. */
const HEADERS: HeaderList = [
  ['cache-control', 'no-store'],
  ['x-accel-buffering', 'no'],
]
const DEFAULT_HEARTBEAT_MS = 15_000
const MAX_TIMER_MS = 0x7fffffff

/**
 * A response of server-sent events.
 *
 * An event is asked for when the client has room for it, and sent at once. When the client goes
 * away, or the server closes, the source is ended: `return()` of a generator runs its `finally`, and
 * the `signal` fires for a source that is waiting. A source that fails cuts the connection, and
 * clients reconnect.
 *
 * @param source - a generator of events, or a function that makes one when the stream starts
 * @throws {OptionError} if `source` is neither, and on unknown or impossible options
 * @see WHATWG HTML, "Server-sent events"
 */
export function sse(source: EventStreamSource, options: EventStreamOptions = {}): HttpResponse {
  checkEventStreamOptions('sse()', options)
  if (!isEventSource(source)) {
    throw new OptionError('sse() source', source, 'a generator of events, or a function of one')
  }
  const { heartbeatMs = DEFAULT_HEARTBEAT_MS, retryMs, serialize = writeData, headers } = options
  const feed = new EventFeed(source, {
    heartbeatMs,
    prelude: retryMs === undefined ? '' : `${retryLine('sse().retryMs', retryMs)}\n`,
    write: serialize,
    clock: systemClock,
  })
  const list = headers === undefined ? HEADERS : [...HEADERS, ...headers]
  return new HttpResponse(200, new StreamBody(feed), `${EVENT_STREAM_TYPE}; charset=utf-8`, list)
}

/** @throws {OptionError} on unknown or impossible options */
export function checkEventStreamOptions(where: string, options: EventStreamOptions): void {
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { heartbeatMs, retryMs, serialize } = options
  integerOption(`${where}.heartbeatMs`, heartbeatMs, 0, 0, MAX_TIMER_MS)
  integerOption(`${where}.retryMs`, retryMs, 0)
  if (serialize !== undefined && typeof serialize !== 'function') {
    throw new OptionError(`${where}.serialize`, serialize, 'a function')
  }
}

function isEventSource(source: unknown): boolean {
  if (typeof source === 'function') return true
  if (typeof source !== 'object' || source === null) return false
  return Symbol.asyncIterator in source || Symbol.iterator in source
}
