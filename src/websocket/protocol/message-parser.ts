import { Buffer, isUtf8 } from 'node:buffer'
import { WebSocketProtocolError } from '../errors.ts'
import { CLOSE_CODE, isSendableCloseCode } from './close-code.ts'
import { closeError, frameError, tooBig, utf8Error } from './frame-errors.ts'
import { bytesOf, readLength16, readLength64, readMask, textOf } from './frame-fields.ts'
import { MessageBuffer } from './message-buffer.ts'
import { FIN, isControl, MASKED, MAX_CONTROL_BYTES, OPCODE, RSV1, RSV2_AND_RSV3 } from './opcode.ts'
import { rotateMask, unmask } from './unmask.ts'
import { Utf8Validator } from './utf8-validator.ts'

/** What a message is: text, or bytes. */
export type WebSocketMessage = string | Uint8Array

/** What a parser finds, in the order in which it was sent. */
export interface MessageSink {
  /** A whole message; its bytes are the sink's own. */
  onMessage(message: WebSocketMessage): void
  /** @param payload - the sink's own, up to 125 bytes */
  onPing(payload: Buffer): void
  onPong(payload: Buffer): void
  /** The last thing that is found. @param code - 1005 if the frame had none */
  onCloseFrame(code: number, reason: string): void
}

/** Makes the message of what was sent compressed. */
export interface MessageInflater {
  /**
   * @param maxBytes - what it may grow to
   * @throws {WebSocketProtocolError} `WEBSOCKET_DEFLATE`, `WEBSOCKET_TOO_BIG`
   */
  inflate(compressed: Buffer, maxBytes: number): Buffer
}

export interface MessageParserOptions {
  /** Servers take masked frames only, clients only others. @see RFC 6455, 5.1 */
  readonly isServer: boolean
  /** Of a message, all of its frames together, compressed or not. */
  readonly maxMessageBytes: number
  /** Present if permessage-deflate was negotiated. */
  readonly inflater?: MessageInflater | undefined
}

const INCOMPLETE = -1
const NO_MESSAGE = -1
const NOTHING: Buffer = Buffer.alloc(0)
const WHOLE_TEXT = FIN | OPCODE.TEXT
const WHOLE_BINARY = FIN | OPCODE.BINARY

/**
 * Bytes to messages, whatever pieces they come in: the protocol, without socket and time.
 *
 * A text frame that has arrived as a whole, which most are, becomes a string in one step; only parts
 * are gathered. Payloads are unmasked where they are, in the buffer that was fed.
 *
 * @see RFC 6455, 5 and 8.1; RFC 7692, 6
 */
export class MessageParser {
  readonly #sink: MessageSink
  readonly #options: MessageParserOptions
  readonly #firstMasked: number
  /** A header that is not complete, or what came after {@link isStopped} was set. */
  #carry: Buffer | undefined
  /** Payload of the present frame that has not come yet. */
  #left = 0
  /** First byte of the present frame. */
  #head = 0
  #mask = 0
  /** Opcode of the message that is being gathered. */
  #opcode = NO_MESSAGE
  #isCompressed = false
  #message: MessageBuffer | undefined
  #control: MessageBuffer | undefined
  #utf8: Utf8Validator | undefined
  /** Set to keep what comes instead of parsing it; {@link resume} goes on. */
  isStopped = false
  /** A close frame was found, or an error: nothing behind it counts. */
  isOver = false

  constructor(sink: MessageSink, options: MessageParserOptions) {
    this.#sink = sink
    this.#options = options
    this.#firstMasked = options.isServer ? MASKED : 0
  }

  /**
   * Takes what was received, and tells the sink what is complete.
   *
   * @param bytes - changed while they are read, and not kept
   * @throws {WebSocketProtocolError} on the first byte that cannot be right; then the parser is over
   */
  feed(bytes: Buffer): void {
    if (this.isOver) return
    const carry = this.#carry
    if (carry === undefined) {
      const at = this.#parse(bytes)
      if (at < bytes.length && !this.isOver) this.#carry = Buffer.from(bytes.subarray(at))
      return
    }
    this.#parseOwn(Buffer.concat([carry, bytes]))
  }

  /** Goes on after a stop with what was kept meanwhile. */
  resume(): void {
    this.isStopped = false
    const carry = this.#carry
    if (carry !== undefined && !this.isOver) this.#parseOwn(carry)
  }

  /**
   * What is left of the parser's own bytes is not copied: a reader who takes one message at a time
   * would have all behind it copied for each.
   */
  #parseOwn(bytes: Buffer): void {
    this.#carry = undefined
    const at = this.#parse(bytes)
    if (at < bytes.length && !this.isOver) this.#carry = bytes.subarray(at)
  }

  /** @returns offset of the first byte that is still to be parsed */
  #parse(bytes: Buffer): number {
    const end = bytes.length
    let at = 0
    try {
      while (at < end && !this.isStopped && !this.isOver) {
        const next =
          this.#left > 0 ? this.#readPart(bytes, at, end) : this.#readFrame(bytes, at, end)
        if (next === INCOMPLETE) break
        at = next
      }
    } catch (error) {
      this.isOver = true
      throw error
    }
    return at
  }

  /** @returns where the next frame begins, or the rest of this one */
  #readFrame(bytes: Buffer, start: number, end: number): number {
    if (end - start < 2) return INCOMPLETE
    const head = bytes[start]!
    const second = bytes[start + 1]!
    this.#checkHead(head, second)
    let length = second & 0x7f
    let at = start + 2
    if (length >= 126) {
      at += length === 126 ? 2 : 8
      if (end < at) return INCOMPLETE
      length = length === 126 ? readLength16(bytes, at - 2) : readLength64(bytes, at - 8)
    }
    if (!isControl(head & 0xf)) this.#checkSize(length)
    let mask = 0
    if (this.#firstMasked !== 0) {
      at += 4
      if (end < at) return INCOMPLETE
      mask = readMask(bytes, at - 4)
    }
    const stop = at + length
    if (stop <= end && head === WHOLE_TEXT) {
      this.#sink.onMessage(textOf(bytes, at, stop, mask))
      return stop
    }
    if (stop <= end && head === WHOLE_BINARY) {
      this.#sink.onMessage(bytesOf(bytes, at, stop, mask))
      return stop
    }
    this.#begin(head, length, mask)
    return this.#readPart(bytes, at, end)
  }

  #begin(head: number, length: number, mask: number): void {
    const opcode = head & 0xf
    this.#head = head
    this.#left = length
    this.#mask = mask
    if (opcode !== OPCODE.TEXT && opcode !== OPCODE.BINARY) return
    this.#opcode = opcode
    this.#isCompressed = (head & RSV1) !== 0
    this.#utf8?.reset()
  }

  /** Takes what there is of the present frame's payload. */
  #readPart(bytes: Buffer, start: number, end: number): number {
    const stop = Math.min(end, start + this.#left)
    if (this.#mask !== 0) unmask(bytes, start, stop, this.#mask)
    this.#mask = rotateMask(this.#mask, stop - start)
    this.#left -= stop - start
    if (isControl(this.#head & 0xf)) this.#takeControl(bytes, start, stop)
    else this.#takeData(bytes, start, stop)
    return stop
  }

  #takeControl(bytes: Buffer, start: number, end: number): void {
    this.#control ??= new MessageBuffer()
    this.#control.append(bytes, start, end, this.#left)
    if (this.#left > 0) return
    const payload = this.#control.take()
    const opcode = this.#head & 0xf
    if (opcode === OPCODE.PING) this.#sink.onPing(payload)
    else if (opcode === OPCODE.PONG) this.#sink.onPong(payload)
    else this.#takeClose(payload)
  }

  #takeClose(payload: Buffer): void {
    this.isOver = true
    if (payload.length === 0) {
      this.#sink.onCloseFrame(CLOSE_CODE.NO_STATUS, '')
      return
    }
    if (payload.length === 1) throw closeError('A close frame of one byte')
    const code = payload.readUInt16BE(0)
    if (!isSendableCloseCode(code)) throw closeError(`The close code ${code}`)
    const reason = payload.subarray(2)
    if (!isUtf8(reason)) throw utf8Error('The reason of a close frame')
    this.#sink.onCloseFrame(code, reason.toString('utf8'))
  }

  #takeData(bytes: Buffer, start: number, end: number): void {
    const isFinal = (this.#head & FIN) !== 0
    this.#message ??= new MessageBuffer()
    this.#message.append(bytes, start, end, this.#left)
    const isPlainText = this.#opcode === OPCODE.TEXT && !this.#isCompressed
    if (isPlainText) {
      this.#utf8 ??= new Utf8Validator()
      if (!this.#utf8.push(bytes, start, end)) throw utf8Error('A text message')
    }
    if (this.#left > 0 || !isFinal) return
    if (isPlainText && this.#utf8?.isComplete === false) throw utf8Error('A text message')
    this.#endMessage(this.#message)
  }

  #endMessage(message: MessageBuffer): void {
    const { inflater, maxMessageBytes } = this.#options
    const isText = this.#opcode === OPCODE.TEXT
    const isCompressed = this.#isCompressed
    this.#opcode = NO_MESSAGE
    let bytes = message.take()
    if (isCompressed) {
      bytes = inflater?.inflate(bytes, maxMessageBytes) ?? NOTHING
      if (isText && !isUtf8(bytes)) throw utf8Error('A text message')
    }
    this.#sink.onMessage(isText ? bytes.toString('utf8') : bytes)
  }

  #checkHead(head: number, second: number): void {
    const opcode = head & 0xf
    const isFinal = (head & FIN) !== 0
    if ((head & RSV2_AND_RSV3) !== 0) throw frameError('A reserved bit')
    if ((second & MASKED) !== this.#firstMasked) {
      const expected = this.#options.isServer ? 'A frame without a mask' : 'A frame with a mask'
      throw new WebSocketProtocolError('WEBSOCKET_MASK', CLOSE_CODE.PROTOCOL_ERROR, expected)
    }
    if (isControl(opcode)) {
      if (opcode > OPCODE.PONG) throw frameError(`The opcode ${opcode}`)
      if ((head & RSV1) !== 0) throw frameError('A reserved bit')
      if (!isFinal) throw frameError('A control frame in parts')
      if ((second & 0x7f) > MAX_CONTROL_BYTES) throw frameError('A control frame over 125 bytes')
      return
    }
    if (opcode > OPCODE.BINARY) throw frameError(`The opcode ${opcode}`)
    const isContinued = opcode === OPCODE.CONTINUATION
    if ((head & RSV1) !== 0 && (isContinued || this.#options.inflater === undefined)) {
      throw frameError('A reserved bit')
    }
    if (isContinued === (this.#opcode === NO_MESSAGE)) {
      const what = isContinued ? 'A continuation of no message' : 'A message within another'
      throw new WebSocketProtocolError('WEBSOCKET_FRAGMENT', CLOSE_CODE.PROTOCOL_ERROR, what)
    }
  }

  #checkSize(length: number): void {
    const { maxMessageBytes } = this.#options
    const before = this.#opcode === NO_MESSAGE ? 0 : (this.#message?.length ?? 0)
    if (before + length > maxMessageBytes) throw tooBig(maxMessageBytes)
  }
}
