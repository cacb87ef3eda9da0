/** What a frame is about. */
export const CALL = 1
export const REPLY = 2
export const FAILURE = 3
/** The reply to a call of a function that the callee does not know. */
export const UNKNOWN = 4

/** The payload lies in the side channel; its number stands in its place. */
export const ASIDE = 1
/** The same in the port through which things are moved. */
export const MOVED = 2

/** Length; kind, flags and generation; id of the call: three words, the length in front of the others. */
export const FRAME_HEADER_BYTES = 12
/** Follows the header of a call. */
export const FUNCTION_ID_BYTES = 4

/** The header of a frame, but for its length, which is known last. */
export interface FrameHead {
  kind: number
  flags: number
  /** Generation of the place the frame is for, 16 bits. */
  generation: number
  /** 0 if nobody waits for a reply. */
  callId: number
}

/** Frames begin at multiples of 8 bytes, so headers are words, which are quicker than a `DataView`. */
function wordAt(at: number): number {
  return at >> 2
}

export function writeHead(words: Int32Array, at: number, head: FrameHead): void {
  const word = wordAt(at)
  words[word + 1] = head.kind | (head.flags << 8) | (head.generation << 16)
  words[word + 2] = head.callId
}

export function writeFunctionId(words: Int32Array, at: number, functionId: number): void {
  words[wordAt(at) + 3] = functionId
}

export function writeLength(words: Int32Array, at: number, length: number): void {
  words[wordAt(at)] = length
}

export function readLength(words: Int32Array, at: number): number {
  return words[wordAt(at)] ?? 0
}

/** Reads into `head`, so that a frame allocates nothing. */
export function readHead(words: Int32Array, at: number, head: FrameHead): void {
  const word = wordAt(at)
  const mixed = words[word + 1] ?? 0
  head.kind = mixed & 0xff
  head.flags = (mixed >> 8) & 0xff
  head.generation = mixed >>> 16
  head.callId = words[word + 2] ?? 0
}

export function readFunctionId(words: Int32Array, at: number): number {
  return words[wordAt(at) + 3] ?? 0
}
