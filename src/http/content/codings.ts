import type { Buffer } from 'node:buffer'
import * as zlib from 'node:zlib'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import { Deferred, Future } from '../../future/index.ts'

/** A content coding that bodies are compressed with. */
export type CompressionCoding = 'zstd' | 'br' | 'gzip' | 'deflate'

/** A stream of `node:zlib`. */
export type Compressor = zlib.Gzip | zlib.Deflate | zlib.BrotliCompress | zlib.ZstdCompress

type Options = zlib.ZlibOptions & zlib.BrotliOptions & zlib.ZstdOptions
type Callback = (error: Error | null, result: Buffer) => void

interface Codec {
  readonly defaultLevel: number
  readonly maxLevel: number
  options(level: number): Options
  whole(bytes: Uint8Array, options: Options): Buffer
  wholeElsewhere(bytes: Uint8Array, options: Options, callback: Callback): void
  stream(options: Options): Compressor
  /** What brings everything written so far to the client. */
  readonly flush: number
}

const { constants } = zlib

// The default levels are the ones at which the next costs much more time than it saves bytes.
const CODECS: Readonly<Record<CompressionCoding, Codec>> = {
  zstd: {
    defaultLevel: 3,
    maxLevel: 19,
    options: (level) => ({ params: { [constants.ZSTD_c_compressionLevel]: level } }),
    whole: (bytes, options) => zlib.zstdCompressSync(bytes, options),
    wholeElsewhere: (bytes, options, callback) => zlib.zstdCompress(bytes, options, callback),
    stream: (options) => zlib.createZstdCompress(options),
    flush: constants.ZSTD_e_flush,
  },
  br: {
    defaultLevel: 4,
    maxLevel: 11,
    options: (level) => ({ params: { [constants.BROTLI_PARAM_QUALITY]: level } }),
    whole: (bytes, options) => zlib.brotliCompressSync(bytes, options),
    wholeElsewhere: (bytes, options, callback) => zlib.brotliCompress(bytes, options, callback),
    stream: (options) => zlib.createBrotliCompress(options),
    flush: constants.BROTLI_OPERATION_FLUSH,
  },
  gzip: {
    defaultLevel: 6,
    maxLevel: 9,
    options: (level) => ({ level }),
    whole: (bytes, options) => zlib.gzipSync(bytes, options),
    wholeElsewhere: (bytes, options, callback) => zlib.gzip(bytes, options, callback),
    stream: (options) => zlib.createGzip(options),
    flush: constants.Z_SYNC_FLUSH,
  },
  deflate: {
    defaultLevel: 6,
    maxLevel: 9,
    options: (level) => ({ level }),
    whole: (bytes, options) => zlib.deflateSync(bytes, options),
    wholeElsewhere: (bytes, options, callback) => zlib.deflate(bytes, options, callback),
    stream: (options) => zlib.createDeflate(options),
    flush: constants.Z_SYNC_FLUSH,
  },
}

/** All codings, the one that gives most for its time first; `deflate` is of use to no one any more. */
export const CODINGS: readonly CompressionCoding[] = ['zstd', 'br', 'gzip', 'deflate']

/**
 * Up to here the thread compresses itself: a trip to the thread pool costs it 60 us, and 8 KiB of
 * JSON take gzip, Brotli and Zstandard no more than that (measured with Node 24).
 */
const OWN_THREAD_BYTES = 8192

export function defaultLevel(coding: CompressionCoding): number {
  return CODECS[coding].defaultLevel
}

export function maxLevel(coding: CompressionCoding): number {
  return CODECS[coding].maxLevel
}

/** Compresses a whole body: a small one at once, a large one on the thread pool. */
export function compressWhole(
  coding: CompressionCoding,
  bytes: Uint8Array,
  level: number,
): Future<Buffer> {
  const codec = CODECS[coding]
  const options = codec.options(level)
  if (bytes.length <= OWN_THREAD_BYTES) return Future.ready(codec.whole(bytes, options))
  const done = new Deferred<Buffer>()
  codec.wholeElsewhere(bytes, options, (error, result) => {
    enterCallback()
    if (error === null) done.resolve(result)
    else done.reject(error)
    leaveCallback()
  })
  return done.future
}

export function createCompressor(coding: CompressionCoding, level: number): Compressor {
  const codec = CODECS[coding]
  return codec.stream(codec.options(level))
}

export function flushOf(coding: CompressionCoding): number {
  return CODECS[coding].flush
}
