import { pipeline } from 'node:stream/promises'
import * as zlib from 'node:zlib'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { HttpError } from '../errors.ts'
import { ProvidedBody } from '../message/provided-body.ts'
import type { HttpRequest } from '../message/request.ts'
import type { RequestBody } from '../message/request-body.ts'
import { responseOfError } from '../message/response.ts'
import { CODINGS, type CompressionCoding } from './codings.ts'
import type { ContentHandler, ContentRequest } from './handler.ts'
import { ZstandardFrame } from './zstandard-frame.ts'

export interface DecompressionOptions {
  /** Codings that are understood; default all. Another is answered with 415. */
  readonly encodings?: readonly CompressionCoding[]
  /**
   * How many times longer than what was sent a body may become, looked at from the first megabyte on;
   * default 100. Beyond it 413.
   */
  readonly maxRatio?: number
}

/** What is read of a request whose body may be compressed. */
type BodyRequest = ContentRequest & Pick<HttpRequest, 'body' | 'bytes' | 'headers' | 'hasBody'>

/** Below, no ratio does harm: it is the size that counts. */
const FREE_BYTES = 1_048_576
/** Fields that are no longer true of the decompressed body. */
const CODED_FIELDS: ReadonlySet<string> = new Set(['content-encoding', 'content-length'])

const DECODERS: Readonly<Record<CompressionCoding, () => NodeJS.ReadWriteStream>> = {
  zstd: () => zlib.createZstdDecompress(),
  br: () => zlib.createBrotliDecompress(),
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
}

/**
 * Wraps a handler so that it reads compressed request bodies as if they were not.
 *
 * A body is decompressed while it is read, no further than the reader takes it; all limits on the size
 * of bodies are limits on what comes out. It fails with `HttpError` 400 if it is malformed, and 413 if
 * it becomes too long. A coding that is not understood is answered with 415.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 9110, 8.4 and 15.5.16
 */
export function decompression<Request extends BodyRequest>(
  handler: ContentHandler<Request>,
  options: DecompressionOptions = {},
): ContentHandler<Request> {
  rejectUnknownOptions('decompression()', options, ['encodings', 'maxRatio'])
  const { encodings = CODINGS } = options
  if (!Array.isArray(encodings) || !encodings.every((each) => CODINGS.includes(each))) {
    throw new OptionError('decompression().encodings', encodings, `some of ${CODINGS.join(', ')}`)
  }
  const maxRatio = integerOption('decompression().maxRatio', options.maxRatio, 100, 1)
  const unsupported = new HttpError(415, 'The content coding of the body is not supported', {
    'accept-encoding': encodings.join(', '),
  })
  return (request) => {
    const { body } = request
    if (body === undefined) return handler(request)
    const name = request.header('content-encoding')?.toLowerCase()
    if (name === undefined || name === 'identity' || name === '') return handler(request)
    const coding = encodings.find((each) => each === (name === 'x-gzip' ? 'gzip' : name))
    if (coding === undefined) return responseOfError(unsupported)
    const plain = new ProvidedBody(decompress(body, coding, maxRatio), body.maxBytes)
    return handler(withBody(request, plain))
  }
}

/**
 * Passes on a body that is one whole Zstandard frame.
 *
 * Node 22 takes a frame that breaks off for a whole one, and up to Node 24 whatever stands behind the
 * first frame is dropped: both would lose data in silence.
 *
 * @throws {HttpError} 400 for any other
 */
async function* wholeFrame(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frame = new ZstandardFrame()
  for await (const chunk of source) {
    if (frame.push(chunk) < chunk.length) {
      throw new HttpError(400, 'The body is not a single Zstandard frame')
    }
    yield chunk
  }
  if (!frame.isWhole) throw new HttpError(400, 'The Zstandard frame of the body breaks off')
}

async function* decompress(
  body: RequestBody,
  coding: CompressionCoding,
  maxRatio: number,
): AsyncGenerator<Uint8Array> {
  const decoder = DECODERS[coding]()
  let failure: unknown
  // The reader's limit is one on what comes out; what goes in is bounded by it below.
  const source = body.chunks({ maxBytes: Number.MAX_SAFE_INTEGER })
  pipeline(coding === 'zstd' ? wholeFrame(source) : source, decoder).catch((error: unknown) => {
    failure = error
  })
  let length = 0
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      length += chunk.length
      const isBomb = length > FREE_BYTES && length > body.receivedBytes * maxRatio
      if (isBomb) throw new HttpError(413, 'The body is compressed too well')
      yield chunk
    }
  } catch (error) {
    const cause = failure ?? error
    if (cause instanceof HttpError) throw cause
    throw new HttpError(400, `The body is not valid ${coding}`, undefined, { cause })
  }
}

/** The same request with another body; whatever else is asked of it, the request itself answers. */
function withBody<Request extends BodyRequest>(request: Request, body: ProvidedBody): Request {
  const own: Partial<BodyRequest> = {
    body,
    hasBody: true,
    bytes: (options) => body.bytes(options),
    header: (name) => (CODED_FIELDS.has(name.toLowerCase()) ? undefined : request.header(name)),
    headers: () => [...request.headers()].filter(([name]) => !CODED_FIELDS.has(name)),
  }
  return new Proxy(request, {
    get: (target, property) => {
      if (Object.hasOwn(own, property)) return own[property as keyof BodyRequest]
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
