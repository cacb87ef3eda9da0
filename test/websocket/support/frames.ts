import { encodeFrame } from '../../../src/websocket/protocol/encode-frame.ts'

/** A frame as a test wants it: also one that must not exist. */
export interface FrameSpec {
  readonly opcode: number
  readonly payload?: string | Uint8Array
  /** Default true. */
  readonly fin?: boolean
  /** The three reserved bits, as a number from 0 to 7; default 0. */
  readonly rsv?: number
  /** Default a fixed mask; null for none. */
  readonly mask?: number | null
}

const MASK = 0x3d21fa37

export function bytesOf(payload: string | Uint8Array = ''): Buffer {
  return Buffer.from(payload as string)
}

/** The frame as a client sends it. */
export function frame({ opcode, payload, fin = true, rsv = 0, mask = MASK }: FrameSpec): Buffer {
  const head = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  return encodeFrame(head, bytesOf(payload), mask ?? undefined)
}

export const text = (payload: string | Uint8Array, more: Partial<FrameSpec> = {}): Buffer =>
  frame({ opcode: 1, payload, ...more })
export const binary = (payload: Uint8Array, more: Partial<FrameSpec> = {}): Buffer =>
  frame({ opcode: 2, payload, ...more })
export const more = (payload: string | Uint8Array, fin: boolean): Buffer =>
  frame({ opcode: 0, payload, fin })
export const ping = (payload: string | Uint8Array = '', rest: Partial<FrameSpec> = {}): Buffer =>
  frame({ opcode: 9, payload, ...rest })
export const pong = (payload: string | Uint8Array = '', rest: Partial<FrameSpec> = {}): Buffer =>
  frame({ opcode: 10, payload, ...rest })

export function close(code?: number, reason: string | Uint8Array = ''): Buffer {
  if (code === undefined) return frame({ opcode: 8 })
  const head = Buffer.alloc(2)
  head.writeUInt16BE(code)
  return frame({ opcode: 8, payload: Buffer.concat([head, bytesOf(reason)]) })
}

/** One frame of the server's. */
export interface ServerFrame {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  readonly payload: Buffer
}

/** Reads frames without mask; what is not complete stays. */
export function readFrames(bytes: Buffer): { frames: ServerFrame[]; rest: Buffer } {
  const frames: ServerFrame[] = []
  let at = 0
  for (;;) {
    if (bytes.length - at < 2) break
    const [head = 0, second = 0] = bytes.subarray(at)
    if ((second & 0x80) !== 0) throw new Error('The server has masked a frame')
    const extra = second === 126 ? 2 : second === 127 ? 8 : 0
    if (bytes.length - at < 2 + extra) break
    const length =
      extra === 0
        ? second
        : extra === 2
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2))
    const start = at + 2 + extra
    if (bytes.length < start + length) break
    frames.push({
      fin: (head & 0x80) !== 0,
      rsv: (head >> 4) & 7,
      opcode: head & 0xf,
      payload: bytes.subarray(start, start + length),
    })
    at = start + length
  }
  return { frames, rest: bytes.subarray(at) }
}

/** `text:hello`, `binary:00ff`, `pong:`, `close:1002`: how tests say what they expect. */
export function describeFrame({ opcode, payload, fin, rsv }: ServerFrame): string {
  if (!fin) return `part of opcode ${opcode}`
  if (rsv !== 0 && rsv !== 4) return `rsv ${rsv}`
  const packed = rsv === 4 ? 'deflated ' : ''
  if (opcode === 1) return `${packed}text:${abridged(payload.toString('utf8'))}`
  if (opcode === 2) return `${packed}binary:${abridged(payload.toString('hex'))}`
  if (opcode === 9) return `ping:${payload.toString('hex')}`
  if (opcode === 10) return `pong:${payload.toString('hex')}`
  if (opcode === 8) return `close:${payload.length === 0 ? '' : payload.readUInt16BE(0)}`
  return `opcode ${opcode}`
}

/** Long payloads by their length and ends. */
export function abridged(value: string): string {
  return value.length <= 300 ? value : `${value.slice(0, 8)}..${value.slice(-8)}(${value.length})`
}
