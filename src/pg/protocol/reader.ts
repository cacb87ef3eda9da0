import { PgProtocolError } from '../errors.ts'
import { readUtf8 } from './text.ts'

/**
 * Reads the fields of one message body in order; never past its end.
 *
 * For the rare messages. Rows are read in place by their compiled decoder.
 *
 * @throws {PgProtocolError} from every method, when the message is shorter than its fields
 */
export class MessageReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get left(): number {
    return this.#end - this.#at
  }

  uint8(): number {
    const at = this.#take(1)
    return this.#bytes[at] as number
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2))
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  /** A copy: the receive buffer is reused. */
  bytes(length: number): Buffer {
    const at = this.#take(length)
    return Buffer.from(this.#bytes.subarray(at, at + length))
  }

  text(length: number): string {
    const at = this.#take(length)
    return readUtf8(this.#bytes, at, at + length)
  }

  cstring(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1 || end >= this.#end)
      throw new PgProtocolError('Unterminated string in a message')
    const text = readUtf8(this.#bytes, this.#at, end)
    this.#at = end + 1
    return text
  }

  #take(length: number): number {
    const at = this.#at
    if (length < 0 || at + length > this.#end)
      throw new PgProtocolError('Message is shorter than its fields')
    this.#at = at + length
    return at
  }
}
