import { LimitError } from '../../core/errors.ts'

/** An event as a client gets it. */
export interface ReceivedEvent {
  /** `message` if the sender gave no name. */
  readonly event: string
  readonly data: string
  /** The last id sent so far, with this event or an earlier one; empty if there was none. */
  readonly id: string
}

const LF = 10
const DEFAULT_MAX_EVENT_LENGTH = 16_777_216

/**
 * Reads an event stream in whatever pieces it comes, exactly as browsers do.
 *
 * @see WHATWG HTML, "Interpreting an event stream"
 */
export class EventStreamParser {
  // The decoder's own way with the byte order mark takes two of them where the first is cut.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #isAtStart = true
  readonly #maxEventLength: number
  /** Of a line that has not ended. */
  #rest = ''
  /** The last piece ended with CR: a LF at the start of the next one belongs to it. */
  #skipsLineFeed = false
  #data: string | undefined
  #event = ''
  #nextId = ''
  /** What a client that reconnects sends as `Last-Event-ID`; empty if no event had an id. */
  lastEventId = ''
  /** What the sender said last about the time to wait before reconnecting. */
  retryMs: number | undefined

  /** @param maxEventLength - characters that one event may have; default 16 Mi */
  constructor(maxEventLength: number = DEFAULT_MAX_EVENT_LENGTH) {
    this.#maxEventLength = maxEventLength
  }

  /**
   * Takes the next piece of the stream.
   *
   * @returns the events that it completes
   * @throws {LimitError} if an event is too long
   */
  push(chunk: Uint8Array): ReceivedEvent[] {
    const text = this.#decode(chunk)
    const events: ReceivedEvent[] = []
    let start = this.#skipsLineFeed && text.charCodeAt(0) === LF ? 1 : 0
    if (text !== '') this.#skipsLineFeed = false
    let feed = text.indexOf('\n', start)
    let carriage = text.indexOf('\r')
    for (;;) {
      // Looked for again only when passed: most streams have no CR at all.
      if (feed !== -1 && feed < start) feed = text.indexOf('\n', start)
      if (carriage !== -1 && carriage < start) carriage = text.indexOf('\r', start)
      const end =
        feed === -1 || carriage === -1 ? Math.max(feed, carriage) : Math.min(feed, carriage)
      if (end === -1) break
      const line = this.#rest + text.slice(start, end)
      this.#rest = ''
      start = end + 1
      if (text.charCodeAt(end) !== LF) {
        if (start === text.length) this.#skipsLineFeed = true
        else if (text.charCodeAt(start) === LF) start++
      }
      if (line === '') this.#dispatch(events)
      else this.#readLine(line)
    }
    this.#rest += text.slice(start)
    this.#checkLength()
    return events
  }

  #decode(chunk: Uint8Array): string {
    const text = this.#decoder.decode(chunk, { stream: true })
    if (!this.#isAtStart || text === '') return text
    this.#isAtStart = false
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }

  #dispatch(events: ReceivedEvent[]): void {
    this.lastEventId = this.#nextId
    if (this.#data !== undefined) {
      const event = this.#event === '' ? 'message' : this.#event
      events.push({ event, data: this.#data, id: this.lastEventId })
    }
    this.#data = undefined
    this.#event = ''
  }

  #readLine(line: string): void {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'data') {
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
      this.#checkLength()
    } else if (name === 'event') this.#event = value
    else if (name === 'id') {
      if (!value.includes('\0')) this.#nextId = value
    } else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
  }

  #checkLength(): void {
    if (this.#rest.length + (this.#data?.length ?? 0) > this.#maxEventLength) {
      throw new LimitError('An event of an event stream', this.#maxEventLength)
    }
  }
}

/**
 * The events of a stream, such as the body of a `fetch`, as they come.
 *
 * An event that is cut off at the end is left out, as browsers do.
 *
 * @returns fails as the stream does, and with {@link LimitError} for an event of more than 16 Mi
 * characters
 */
export async function* parseEventStream(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  const parser = new EventStreamParser()
  for await (const chunk of stream) yield* parser.push(chunk)
}
