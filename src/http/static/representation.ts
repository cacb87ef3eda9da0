import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { digestOf } from '../content/entity-tag.ts'
import { formatHttpDate } from '../content/http-date.ts'
import type { HeaderList } from '../message/headers.ts'
import { PreparedHeaders } from '../message/prepared-headers.ts'
import { HttpResponse } from '../message/response.ts'
import { contentTypeOf } from './media-types.ts'
import type { PrecompressedCoding, StaticSettings } from './options.ts'

/** One file as it is served: the original of a resource, or a compressed one beside it. */
export interface Representation {
  /** Below the root. */
  readonly path: string
  readonly coding: PrecompressedCoding | undefined
  readonly size: number
  /** Tells whether the file is still the same. */
  readonly version: string
  /** False if it may change again without a new version: file times are coarse. */
  readonly isSettled: boolean
  readonly etag: string | undefined
  /** Undefined if it is not to be told. */
  readonly lastModifiedMs: number | undefined
  readonly contentType: string
  /** Of a 200. */
  readonly headers: HeaderList
  /** The content of a small file. */
  readonly bytes: Buffer | undefined
  /** The 200 of a small file. */
  readonly whole: HttpResponse | undefined
}

const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Coarser than the clock of any file system in use. */
const CLOCK_STEP_MS = 2500
const HASH_CHUNK_BYTES = 262_144

/** What an open file is, from its numbers: the same as long as nobody has written to it. */
export function versionOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}-${ino}-${size}-${mtimeMs}-${ctimeMs}`
}

/**
 * Describes an open file, and reads it if it is small.
 *
 * @param path - of the file, below the root
 * @param original - of the resource, whose type it has
 */
export async function represent(
  handle: FileHandle,
  stats: Stats,
  path: string,
  original: string,
  coding: PrecompressedCoding | undefined,
  settings: StaticSettings,
): Promise<Representation> {
  const { size, mtimeMs } = stats
  const nowMs = Date.now()
  const bytes = size <= settings.maxCachedFileBytes ? await readWhole(handle, stats) : undefined
  const tag = await makeTag(handle, stats, bytes, settings.etag)
  const etag =
    tag === undefined ? undefined : `"${coding === undefined ? tag : `${tag}-${coding}`}"`
  // A time in the future would be no validator: RFC 9110, 8.8.2.1.
  const lastModifiedMs = settings.lastModified ? Math.min(mtimeMs, nowMs) : undefined
  const headers = headersOf(original, coding, etag, lastModifiedMs, settings)
  const contentType = contentTypeOf(original, settings.types)
  return {
    path,
    coding,
    size,
    version: versionOf(stats),
    isSettled: nowMs - Math.max(mtimeMs, stats.ctimeMs) > CLOCK_STEP_MS,
    etag,
    lastModifiedMs,
    contentType,
    headers,
    bytes,
    whole: bytes === undefined ? undefined : new HttpResponse(200, bytes, contentType, headers),
  }
}

function headersOf(
  path: string,
  coding: PrecompressedCoding | undefined,
  etag: string | undefined,
  lastModifiedMs: number | undefined,
  settings: StaticSettings,
): HeaderList {
  const headers: [string, string][] = [['x-content-type-options', 'nosniff']]
  if (settings.ranges) headers.push(['accept-ranges', 'bytes'])
  if (coding !== undefined) headers.push(['content-encoding', coding])
  if (settings.precompressed.length > 0) headers.push(['vary', 'accept-encoding'])
  const cacheControl = cacheControlOf(`/${path}`, settings)
  if (cacheControl !== undefined) headers.push(['cache-control', cacheControl])
  if (etag !== undefined) headers.push(['etag', etag])
  if (lastModifiedMs !== undefined) headers.push(['last-modified', formatHttpDate(lastModifiedMs)])
  for (const [name, value] of settings.headers?.(`/${path}`) ?? []) headers.push([name, value])
  return PreparedHeaders.from(headers)
}

function cacheControlOf(path: string, settings: StaticSettings): string | undefined {
  if (settings.cacheControl !== undefined) return settings.cacheControl(path)
  // `search` pays no heed to flags that make an expression remember where it was.
  if (settings.immutable !== undefined && path.search(settings.immutable) !== -1) return IMMUTABLE
  return `public, max-age=${settings.maxAgeSeconds}`
}

/** Undefined if the file changes while it is read: it is then sent as it comes. */
async function readWhole(handle: FileHandle, stats: Stats): Promise<Buffer | undefined> {
  const { size } = stats
  const bytes = Buffer.allocUnsafeSlow(size)
  for (let read = 0; read < size; ) {
    const { bytesRead } = await handle.read(bytes, read, size - read, read)
    if (bytesRead === 0) return undefined
    read += bytesRead
  }
  return versionOf(await handle.stat()) === versionOf(stats) ? bytes : undefined
}

/** Of a strong tag, the inside: two files of the same size, written at the same time, are taken for the same. */
export function statTag({ size, mtimeMs }: Stats): string {
  return `${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}`
}

/** Of a strong tag, the inside. */
async function makeTag(
  handle: FileHandle,
  stats: Stats,
  bytes: Buffer | undefined,
  kind: StaticSettings['etag'],
): Promise<string | undefined> {
  if (kind === false) return undefined
  if (kind === 'stat') return statTag(stats)
  if (bytes !== undefined) return digestOf(bytes)
  const hash = createHash('sha1')
  const buffer = Buffer.allocUnsafeSlow(HASH_CHUNK_BYTES)
  for (let position = 0; position < stats.size; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
  return hash.digest('base64url')
}
