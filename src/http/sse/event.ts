import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'

/** One event of a stream; of its parts any may be missing. */
export interface ServerSentEvent<Data = unknown> {
  /** Text of any number of lines, or a value that is sent as JSON. */
  readonly data?: Data
  /** Name that clients listen to; default `message`. */
  readonly event?: string
  /** What a client that reconnects sends as `Last-Event-ID`. */
  readonly id?: string | number
  /** How long a client is to wait before it reconnects, in milliseconds. */
  readonly retry?: number
  /** Seen by nobody but those who look at the wire. */
  readonly comment?: string
}

const NAMES = ['data', 'event', 'id', 'retry', 'comment']
const LINE_END = /\r\n|\r|\n/
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const BREAKS_LINE = /[\r\n\0]/

/** Text of an event's data. */
export type DataWriter = (data: unknown) => string

/** Text as it is, everything else as JSON. @throws {OptionError} if it is no JSON */
export function writeData(data: unknown): string {
  if (typeof data === 'string') return data
  const text = JSON.stringify(data) as string | undefined
  if (text === undefined) throw new OptionError('event.data', data, 'text, or a JSON value')
  return text
}

/**
 * An event as it is sent.
 *
 * @throws {OptionError} if the event is none, `event` or `id` has a line end or NUL, or `retry` is no
 * whole number of milliseconds
 * @see WHATWG HTML, "Parsing an event stream"
 */
export function encodeEvent(event: ServerSentEvent, write: DataWriter = writeData): string {
  if (typeof event !== 'object' || event === null) {
    throw new OptionError('event', event, 'an object such as { data }')
  }
  rejectUnknownOptions('event', event, NAMES)
  const { data, event: name, id, retry, comment } = event
  let text = comment === undefined ? '' : lines(':', checkText('event.comment', comment))
  if (name !== undefined) text += `event: ${checkLine('event.event', name)}\n`
  if (id !== undefined) {
    text += `id: ${checkLine('event.id', typeof id === 'number' ? String(id) : id)}\n`
  }
  if (retry !== undefined) text += retryLine('event.retry', retry)
  if (data !== undefined) text += lines('data:', write(data))
  return `${text}\n`
}

/** @throws {OptionError} if it is no whole number */
export function retryLine(where: string, retryMs: number): string {
  if (!Number.isSafeInteger(retryMs) || retryMs < 0) {
    throw new OptionError(where, retryMs, 'a whole number of milliseconds')
  }
  return `retry: ${retryMs}\n`
}

function lines(label: string, text: string): string {
  // The check is much cheaper than the split, and most data is one line of JSON.
  if (!text.includes('\n') && !text.includes('\r')) return `${label} ${text}\n`
  return text
    .split(LINE_END)
    .map((line) => `${label} ${line}\n`)
    .join('')
}

function checkLine(where: string, value: unknown): string {
  if (typeof value !== 'string' || BREAKS_LINE.test(value)) {
    throw new OptionError(where, value, 'text without line ends and NUL')
  }
  return value
}

function checkText(where: string, value: unknown): string {
  if (typeof value !== 'string') throw new OptionError(where, value, 'text')
  return value
}
