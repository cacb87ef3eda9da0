import { Buffer } from 'node:buffer'
import type { HeaderList } from '../message/headers.ts'
import { HttpResponse } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { negotiateEncoding } from './accept-encoding.ts'
import { type CompressionCoding, compressWhole } from './codings.ts'
import { CompressedStream } from './compressed-stream.ts'
import {
  type CompressionOptions,
  type CompressionSettings,
  compressionSettings,
} from './compression-options.ts'
import { isWeak, parseEntityTags, weaken } from './entity-tag.ts'
import { type ContentHandler, type ContentRequest, mapResponse } from './handler.ts'
import { withHeaders, withoutFields, withVary } from './header-fields.ts'

const NEVER: ReadonlySet<number> = new Set([101, 204, 205, 206, 304])

/**
 * Wraps a handler so that what it answers is compressed as the client wants it.
 *
 * Small bodies are compressed at once, larger ones on the thread pool, streams while they are sent. A
 * response passes unchanged if it has a `content-encoding` already, is part of something (206), says
 * `cache-control: no-transform`, or would not get smaller. A strong `ETag` becomes weak, for the bytes
 * are others.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see RFC 9110, 8.4 and 12.5.3
 */
export function compression<Request extends ContentRequest>(
  handler: ContentHandler<Request>,
  options: CompressionOptions = {},
): ContentHandler<Request> {
  const settings = compressionSettings(options)
  const compress = (
    request: Request,
    response: HttpResponse,
  ): HttpResponse | PromiseLike<HttpResponse> => compressResponse(request, response, settings)
  return (request) => {
    const result = handler(request)
    if (result instanceof HttpResponse) return compress(request, result)
    return mapResponse(result, (response) => compress(request, response))
  }
}

function compressResponse(
  request: ContentRequest,
  response: HttpResponse,
  settings: CompressionSettings,
): HttpResponse | PromiseLike<HttpResponse> {
  if (response.status === 304) return asCompressed(request, response)
  if (!isCompressible(response, settings)) return response
  if (settings.filter?.(request, response) === false) return response
  const headers = withVary(response.headers ?? [], 'accept-encoding')
  const coding = negotiateEncoding(request.header('accept-encoding'), settings.encodings)
  if (coding === undefined || coding === 'identity') return withHeaders(response, headers)
  const { body, status, contentType } = response
  const level = settings.levels[coding]
  if (body instanceof StreamBody) {
    const { trailers } = body
    const source = new CompressedStream(body, coding, level)
    const coded = new StreamBody(source, trailers === undefined ? {} : { trailers })
    return new HttpResponse(status, coded, contentType, codedHeaders(headers, coding))
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0))
  const toResponse = (coded: Buffer): HttpResponse =>
    coded.length >= bytes.length
      ? withHeaders(response, headers)
      : new HttpResponse(status, coded, contentType, codedHeaders(headers, coding))
  const compressed = compressWhole(coding, bytes, level)
  return compressed.isReady ? toResponse(compressed.get()) : compressed.then(toResponse)
}

function isCompressible(response: HttpResponse, settings: CompressionSettings): boolean {
  const { body, status } = response
  if (body === null || NEVER.has(status)) return false
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  if (length !== undefined && length < settings.thresholdBytes) return false
  const type = response.header('content-type')
  // `search` pays no heed to flags that make an expression remember where it was.
  if (type === undefined || type.search(settings.types) === -1) return false
  if (response.headers === undefined) return true
  if (response.header('content-encoding') !== undefined) return false
  if (response.header('content-range') !== undefined) return false
  return !/\bno-transform\b/i.test(response.header('cache-control') ?? '')
}

function codedHeaders(headers: HeaderList, coding: CompressionCoding): HeaderList {
  // Ranges would be ranges of what was never stored anywhere.
  const kept = withoutFields(headers, ['accept-ranges']).map(([name, value]) =>
    name.toLowerCase() === 'etag' ? ([name, weaken(value)] as const) : ([name, value] as const),
  )
  return [...kept, ['content-encoding', coding]]
}

/** A 304 has the tag of the response that the client keeps: a weak one, if that was compressed. */
function asCompressed(request: ContentRequest, response: HttpResponse): HttpResponse {
  const etag = response.header('etag')
  if (etag === undefined || isWeak(etag)) return response
  const listed = parseEntityTags(request.header('if-none-match') ?? '')
  if (listed === undefined || !listed.includes(weaken(etag))) return response
  const headers = withoutFields(response.headers ?? [], ['etag'])
  return withHeaders(response, withVary([...headers, ['etag', weaken(etag)]], 'accept-encoding'))
}
