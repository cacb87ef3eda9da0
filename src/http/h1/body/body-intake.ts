import type { Buffer } from 'node:buffer'
import type { Connection } from '../../../net/index.ts'
import type { HttpRequest } from '../../message/request.ts'
import { type Deadlines, JUST_NOW } from '../deadlines.ts'
import type { BodyReader } from './body-reader.ts'

/** A body nobody wants is read to this many bytes, so that the connection can be used on. */
const DRAIN_LIMIT_BYTES = 262_144
/** A client that has sent so much since the last read is expected to send as much until the next. */
const FAST_BYTES = 16_384

/** The body that is being received on a connection: that of the last request read. */
export class BodyIntake {
  readonly #deadlines: Deadlines
  /** Undefined between bodies. */
  current: BodyReader | undefined

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines
  }

  /**
   * Takes what has come with the head.
   *
   * @returns offset of the first byte behind the body, or the end of `bytes`
   * @throws {HttpParseError} if the chunked coding is broken
   */
  begin(body: BodyReader, bytes: Buffer, at: number): number {
    const next = body.feed(bytes, at, bytes.length)
    if (!body.isComplete) {
      this.current = body
      this.#deadlines.bodyMs = JUST_NOW
    }
    return next
  }

  /**
   * Takes more of the current body.
   *
   * @returns offset of the first byte behind the body, or the end of `bytes`
   * @throws {HttpParseError} if the chunked coding is broken
   */
  read(body: BodyReader, bytes: Buffer, at: number): number {
    const next = body.feed(bytes, at, bytes.length)
    // Who takes a body in pieces may get one of any length: each piece has its time.
    if (body.isUsed) this.#deadlines.bodyMs = JUST_NOW
    if (body.isComplete) this.current = undefined
    return next
  }

  /** The rest of a body that comes fast is received where it is to stay. */
  makeRoom(connection: Connection, bytes: Buffer): void {
    const { current } = this
    if (current === undefined) return
    current.keepView()
    if (bytes.length >= FAST_BYTES) connection.readInto(current.room())
  }

  /** What still comes of the current body is thrown away. */
  abandon(): void {
    this.current?.abandon()
  }

  /** Whether the connection cannot go on after the response to `request`. */
  mustClose(request: HttpRequest): boolean {
    const { current } = this
    if (current === undefined || request.body !== current) return false
    // Nobody asked for the body, and the client may never send it: RFC 9110, 10.1.1.
    if (request.awaitsContinue) return true
    const { missingBytes } = current
    return missingBytes !== Number.POSITIVE_INFINITY && missingBytes > DRAIN_LIMIT_BYTES
  }
}

/** Whether nobody reads this body, and it does not end. */
export function isEndless(body: BodyReader): boolean {
  return body.discardedBytes > DRAIN_LIMIT_BYTES
}
