import { Buffer } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import { layOutByteRanges } from '../content/byte-ranges.ts'
import { conditionsOf, preconditionResponse } from '../content/conditional.ts'
import type { ContentRequest } from '../content/handler.ts'
import { withoutFields } from '../content/header-fields.ts'
import { evaluatePreconditions, isRangeCurrent } from '../content/preconditions.ts'
import { type ByteRange, contentRange, parseRange } from '../content/range.ts'
import type { HeaderList } from '../message/headers.ts'
import { HttpResponse } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { type FilePart, FileStream } from './file-stream.ts'
import type { StaticSettings } from './options.ts'
import type { Representation } from './representation.ts'

/** What to send of a representation: the parts make `length` bytes. */
export interface FilePlan {
  readonly status: number
  readonly contentType: string
  readonly headers: HeaderList
  readonly parts: readonly FilePart[]
  readonly length: number
}

/** What is known of a file that is sent. */
export type SentFile = Pick<
  Representation,
  'etag' | 'lastModifiedMs' | 'size' | 'contentType' | 'headers'
>

/**
 * Decides what a request gets: a response without content of the file, or what is to be read of it.
 */
export function planFile(
  request: ContentRequest,
  file: SentFile,
  settings: Pick<StaticSettings, 'ranges' | 'maxRanges'>,
): HttpResponse | FilePlan {
  const { etag, lastModifiedMs, size, headers } = file
  const validators = { etag, lastModifiedMs }
  const outcome = evaluatePreconditions(request.method, conditionsOf(request), validators)
  if (outcome !== 'proceed') return preconditionResponse(outcome, headers)
  const whole = planWhole(file, 200)
  // A range of anything but GET is undefined: RFC 9110, 14.2.
  const range = settings.ranges && request.method === 'GET' ? request.header('range') : undefined
  if (range === undefined || !isRangeCurrent(request.header('if-range'), validators)) return whole
  const ranges = parseRange(range, size, settings.maxRanges)
  if (ranges === 'whole') return whole
  return ranges === 'unsatisfiable' ? unsatisfiable(file) : partial(whole, ranges)
}

/** All of a file. */
export function planWhole({ size, contentType, headers }: SentFile, status: number): FilePlan {
  const parts = size === 0 ? [] : [{ start: 0, end: size - 1 }]
  return { status, contentType, headers, parts, length: size }
}

/** The response of a plan, from memory. */
export function respondFromMemory(plan: FilePlan, bytes: Buffer): HttpResponse {
  const { status, contentType, headers, parts } = plan
  const [first] = parts
  if (parts.length === 1 && typeof first === 'object') {
    const body = bytes.subarray(first.start, first.end + 1)
    return new HttpResponse(status, body, contentType, headers)
  }
  const pieces = parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part) : bytes.subarray(part.start, part.end + 1),
  )
  return new HttpResponse(status, Buffer.concat(pieces), contentType, headers)
}

/** The response of a plan, from a file that is closed when it is sent, or is not wanted any more. */
export function respondFromFile(plan: FilePlan, handle: FileHandle): HttpResponse {
  const { status, contentType, headers, parts, length } = plan
  const body = new StreamBody(new FileStream(handle, parts), { length })
  return new HttpResponse(status, body, contentType, headers)
}

/** The answer to HEAD, for which no file has to be open. */
export function respondWithHead(plan: FilePlan): HttpResponse {
  const { status, contentType, headers, length } = plan
  return new HttpResponse(status, new StreamBody([], { length }), contentType, headers)
}

function partial(whole: FilePlan, ranges: readonly ByteRange[]): FilePlan {
  const [only] = ranges
  const { contentType, headers, length: size } = whole
  if (ranges.length > 1 || only === undefined) {
    return { status: 206, headers, ...layOutByteRanges(ranges, contentType, size) }
  }
  return {
    status: 206,
    contentType,
    headers: [...headers, ['content-range', contentRange(only, size)]],
    parts: [only],
    length: only.end + 1 - only.start,
  }
}

function unsatisfiable({ headers, size }: SentFile): HttpResponse {
  const ofContent = ['content-encoding', 'etag', 'last-modified', 'cache-control']
  const kept = withoutFields(headers, ofContent)
  return new HttpResponse(416, '{"detail":"Range Not Satisfiable"}', 'application/json', [
    ...kept,
    ['content-range', contentRange(undefined, size)],
  ])
}
