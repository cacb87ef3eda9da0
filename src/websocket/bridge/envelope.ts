import { Buffer } from 'node:buffer'
import type { WebSocketMessage } from '../protocol/message-parser.ts'

/** How `data` is to be read: as it is, as base64 of UTF-8, as base64 of bytes. */
const PLAIN = 0
const TEXT = 1
const BYTES = 2
type Encoding = typeof PLAIN | typeof TEXT | typeof BYTES

/** Of the array on the wire. */
const FIELDS = 7
/** Base64 makes four characters of three bytes. */
const BASE64_BYTES = 3
const BASE64_CHARS = 4

/** One payload on its way: a message, or a part of one. */
export interface Envelope {
  /** Process and core of the sender. */
  readonly origin: string
  /** Counts the payloads of an origin. */
  readonly sequence: number
  readonly topic: string
  readonly encoding: Encoding
  /** Which part of the message this is, from 0, and how many there are. */
  readonly part: number
  readonly parts: number
  readonly data: string
}

/** What all parts of a message have in common. */
type EnvelopeHead = Pick<Envelope, 'origin' | 'topic' | 'encoding'>

/** The wire form: a JSON array, for it holds any text, zero characters and lone surrogates included. */
function write(envelope: Envelope): string {
  const { origin, sequence, topic, encoding, part, parts, data } = envelope
  return JSON.stringify([origin, sequence, topic, encoding, part, parts, data])
}

/** @returns undefined for what is no envelope, such as what somebody else sends on the channel */
export function readEnvelope(payload: string): Envelope | undefined {
  let fields: unknown
  try {
    fields = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (!Array.isArray(fields) || fields.length !== FIELDS) return undefined
  const [origin, sequence, topic, encoding, part, parts, data] = fields as unknown[]
  if (typeof origin !== 'string' || typeof topic !== 'string' || typeof data !== 'string') {
    return undefined
  }
  if (!isCount(sequence) || !isCount(part) || !isCount(parts) || part >= parts) return undefined
  if (encoding !== PLAIN && encoding !== TEXT && encoding !== BYTES) return undefined
  return { origin, sequence, topic, encoding, part, parts, data }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/**
 * @param sequence - of the first payload
 * @param maxBytes - of each payload
 * @returns the payloads of a message, in order; none if not even the topic fits
 */
export function writeEnvelopes(
  origin: string,
  sequence: number,
  topic: string,
  message: WebSocketMessage,
  maxBytes: number,
): string[] {
  const isText = typeof message === 'string'
  // UTF-8 is at least as long as the number of characters: what is surely too long is not tried.
  if (isText && message.length <= maxBytes) {
    const whole = write({
      origin,
      sequence,
      topic,
      encoding: PLAIN,
      part: 0,
      parts: 1,
      data: message,
    })
    if (Buffer.byteLength(whole) <= maxBytes) return [whole]
  }
  const bytes = isText ? Buffer.from(message) : asBuffer(message)
  const head: EnvelopeHead = { origin, topic, encoding: isText ? TEXT : BYTES }
  const partBytes = partSize(head, bytes.length, maxBytes)
  if (partBytes <= 0) return []
  const parts = Math.max(1, Math.ceil(bytes.length / partBytes))
  return Array.from({ length: parts }, (_, part) => {
    const start = part * partBytes
    const data = bytes.toString('base64', start, Math.min(start + partBytes, bytes.length))
    return write({ ...head, sequence: sequence + part, part, parts, data })
  })
}

/** What a part can hold of a message, whatever the numbers beside it. */
function partSize(head: EnvelopeHead, length: number, maxBytes: number): number {
  const sequence = Number.MAX_SAFE_INTEGER
  const empty = write({ ...head, sequence, part: length, parts: length, data: '' })
  return Math.floor((maxBytes - Buffer.byteLength(empty)) / BASE64_CHARS) * BASE64_BYTES
}

/** @param parts - the `data` of all envelopes of a message */
export function readMessage(encoding: Encoding, parts: readonly string[]): WebSocketMessage {
  if (encoding === PLAIN) return parts.join('')
  const chunks = parts.map((part) => Buffer.from(part, 'base64'))
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  return encoding === TEXT ? bytes.toString() : bytes
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
