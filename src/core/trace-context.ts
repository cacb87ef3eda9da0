/**
 * Where a piece of work stands in a distributed trace.
 *
 * @see W3C Trace Context, https://www.w3.org/TR/trace-context-2/
 */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero: the whole trace. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits, not all zero: this piece of work. */
  readonly spanId: string
  /** Whether the caller records the trace. */
  readonly isSampled: boolean
  /** Whether the rest of the trace id is random, as level 2 of the standard says it should be. */
  readonly isRandom: boolean
  /** What the tracing systems on the way carry along, as it came: the `tracestate` header. */
  readonly state: string | undefined
}

const SAMPLED = 0x01
const RANDOM = 0x02
const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s

/**
 * Reads the header `traceparent`.
 *
 * A version above 00 is read as far as 00 goes, which the standard asks for; the version ff, upper-case
 * digits, ids of zeros and anything more or less than the fields are refused.
 *
 * @param text - the value without blanks around it
 * @param state - the header `tracestate`, if it is to be carried along
 * @returns `undefined` if it is malformed: the standard says to start a new trace then
 * @see W3C Trace Context, "traceparent Header"
 */
export function parseTraceparent(text: string, state?: string): TraceContext | undefined {
  const match = SHAPE.exec(text)
  if (match === null) return undefined
  const [, version = '', traceId = '', spanId = '', flags = '', rest] = match
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (isZero(traceId) || isZero(spanId)) return undefined
  const bits = Number.parseInt(flags, 16)
  return {
    traceId,
    spanId,
    isSampled: (bits & SAMPLED) !== 0,
    isRandom: (bits & RANDOM) !== 0,
    state,
  }
}

/** @returns the header `traceparent` of version 00 */
export function formatTraceparent(trace: TraceContext): string {
  const flags = (trace.isSampled ? SAMPLED : 0) | (trace.isRandom ? RANDOM : 0)
  return `00-${trace.traceId}-${trace.spanId}-0${flags}`
}

/**
 * Starts a trace with random ids.
 *
 * @param isSampled - whether it is recorded; true by default
 */
export function startTrace(isSampled = true): TraceContext {
  return {
    traceId: randomHex(16),
    spanId: randomHex(8),
    isSampled,
    isRandom: true,
    state: undefined,
  }
}

/** @returns the same trace with a span id of its own: what a call to the next service carries */
export function childTrace(parent: TraceContext): TraceContext {
  return { ...parent, spanId: randomHex(8) }
}

function isZero(digits: string): boolean {
  return /^0+$/.test(digits)
}

function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  let text = ''
  for (const byte of bytes) text += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16)
  // The standard forbids ids of zeros; this happens once in 2^64 times.
  return isZero(text) ? randomHex(length) : text
}
