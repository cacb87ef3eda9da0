/** What a frame is about. */
export const CALL = 1
export const REPLY = 2
export const FAILURE = 3
/** The reply to a call of a function that the callee does not know. */
export const UNKNOWN = 4

/** The payload lies in the side channel; its number stands in its place. */
export const ASIDE = 1

/** Length, kind, flags, generation of the receiver's place, id of the call. */
const LENGTH = 0
const KIND = 4
const FLAGS = 5
const GENERATION = 6
const CALL_ID = 8
export const FRAME_HEADER_BYTES = 12
/** Follows the header of a call. */
export const FUNCTION_ID_BYTES = 4

/** The header of a frame, but for its length, which is known last. */
export interface FrameHead {
  kind: number
  flags: number
  /** Generation of the place the frame is for. */
  generation: number
  /** 0 if nobody waits for a reply. */
  callId: number
}

export function writeHead(view: DataView, at: number, head: FrameHead): void {
  view.setUint8(at + KIND, head.kind)
  view.setUint8(at + FLAGS, head.flags)
  view.setUint16(at + GENERATION, head.generation, true)
  view.setInt32(at + CALL_ID, head.callId, true)
}

export function writeLength(view: DataView, at: number, length: number): void {
  view.setInt32(at + LENGTH, length, true)
}

export function readLength(view: DataView, at: number): number {
  return view.getInt32(at + LENGTH, true)
}

/** Reads into `head`, so that a frame allocates nothing. */
export function readHead(view: DataView, at: number, head: FrameHead): void {
  head.kind = view.getUint8(at + KIND)
  head.flags = view.getUint8(at + FLAGS)
  head.generation = view.getUint16(at + GENERATION, true)
  head.callId = view.getInt32(at + CALL_ID, true)
}
