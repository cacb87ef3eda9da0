import { pipeline, Readable, type Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { Deferred } from '../future/deferred.ts'
import { Future } from '../future/future.ts'

/**
 * What the client asks for.
 *
 * It reads `deflate`, too, but does not ask for it: some servers send it without the frame it should have.
 */
export const ACCEPT_ENCODING = 'gzip, br, zstd'

interface Decoder {
  whole(bytes: Uint8Array, options: zlib.ZlibOptions, done: zlib.CompressCallback): void
  create(): Transform
}

const GZIP: Decoder = { whole: zlib.gunzip, create: zlib.createGunzip }
const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  ['deflate', { whole: zlib.inflate, create: zlib.createInflate }],
  ['br', { whole: zlib.brotliDecompress, create: zlib.createBrotliDecompress }],
  ['zstd', { whole: zlib.zstdDecompress, create: zlib.createZstdDecompress }],
])

/**
 * The decoder of a `Content-Encoding`.
 *
 * @returns `undefined` if there is none, or one, or more than one, that the client cannot read: such a
 *   body is given as it came
 */
export function decoderOf(encoding: string | undefined): Decoder | undefined {
  return encoding === undefined ? undefined : DECODERS.get(encoding.trim().toLowerCase())
}

/** @param maxBytes - what it may grow to: a few bytes can say gigabytes of zeros */
export function decompress(
  decoder: Decoder,
  bytes: Uint8Array,
  maxBytes: number,
): Future<Uint8Array> {
  if (bytes.length === 0) return Future.ready(bytes)
  const done = new Deferred<Uint8Array>()
  const maxOutputLength = Math.min(Math.max(maxBytes, 1), 0x7fff_ffff)
  decoder.whole(bytes, { maxOutputLength }, (error, result) => {
    if (error === null) done.resolve(result)
    else done.reject(error)
  })
  return done.future
}

/**
 * The pieces of `source` without their compression, piece by piece.
 *
 * @param malformed - makes the error of bytes that the decoder cannot read; what `source` fails with stays
 */
export async function* decompressed(
  decoder: Decoder,
  source: AsyncIterable<Uint8Array>,
  malformed: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array, void> {
  let failure: { readonly reason: unknown } | undefined
  const watched = async function* (): AsyncGenerator<Uint8Array, void> {
    try {
      yield* source
    } catch (reason) {
      failure = { reason }
      throw reason
    }
  }
  const pieces = watched()
  const first = await pieces.next()
  // Nothing at all, as after HEAD, is no malformed compression.
  if (first.done === true) return
  const all = async function* (): AsyncGenerator<Uint8Array, void> {
    yield first.value
    yield* pieces
  }
  const output = decoder.create()
  pipeline(Readable.from(all(), { objectMode: false }), output, () => {})
  try {
    yield* output as AsyncIterable<Uint8Array>
  } catch (error) {
    throw failure === undefined ? malformed(error) : failure.reason
  }
}

/** @returns whether decoding failed because the result was too big */
export function isTooBig(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_BUFFER_TOO_LARGE'
}
