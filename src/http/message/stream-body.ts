import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { HeaderList } from './headers.ts'

/** A piece of a streamed body: text is sent as UTF-8, bytes as they are. */
export type StreamChunk = string | Uint8Array

/** Async generators, Node readables, web streams, or anything else that is iterable in chunks. */
export type StreamSource = AsyncIterable<StreamChunk> | Iterable<StreamChunk>

export interface StreamOptions {
  /** Bytes of the whole body, if known; a source that gives more or fewer cuts the connection. */
  readonly length?: number
  /**
   * Fields behind a chunked body, asked for when the source has ended; name them in a `trailer`
   * header. They are left out where the body is not chunked: with a length, and in HTTP/1.0.
   */
  readonly trailers?: () => HeaderList
}

/** A source that has no end of its own; what wraps one passes this on. */
export interface EndlessSource {
  /** The server is closing: says its last words, and ends. */
  shutdown(): void
}

/** Takes chunks out of a source, one after the other. */
export interface ChunkReader {
  next(): IteratorResult<unknown, unknown> | PromiseLike<IteratorResult<unknown, unknown>>
  /** No more is wanted: lets the source clean up. Fails as its clean-up does. */
  end(): unknown
}

/**
 * A body that is made while it is sent.
 *
 * The next chunk is asked for when the connection has room for it. If the client goes away, or the
 * request is HEAD, the source is ended: generators by `return()`, Node streams by `destroy()`, web
 * streams by `cancel()`. If it fails midway, the connection is cut off, so that the client does not
 * take what it has for the whole, and `onError` is told.
 */
export class StreamBody {
  readonly source: StreamSource
  /** In bytes; undefined if it is not known. */
  readonly length: number | undefined
  readonly trailers: (() => HeaderList) | undefined
  /** Called once the source has ended or failed, or nobody will read it. @internal */
  onOver: (() => void) | undefined

  /** @throws {OptionError} if `source` is not iterable, or for an unknown or impossible option */
  constructor(source: StreamSource, options: StreamOptions = {}) {
    if (!isIterable(source)) {
      throw new OptionError(
        'StreamBody source',
        source,
        'iterable in chunks: a generator, a stream',
      )
    }
    rejectUnknownOptions('StreamBody options', options, ['length', 'trailers'])
    const { length, trailers } = options
    if (trailers !== undefined && typeof trailers !== 'function') {
      throw new OptionError('StreamBody options.trailers', trailers, 'a function')
    }
    this.source = source
    this.length =
      length === undefined ? undefined : integerOption('StreamBody options.length', length, 0)
    this.trailers = trailers
    this.onOver = undefined
  }

  /** Starts the source. May be done once. @internal */
  open(): ChunkReader {
    const reader = openSource(this.source)
    return this.onOver === undefined ? reader : watched(reader, () => this.#over())
  }

  /** The server is closing: a source that would go on for ever ends, if it knows how. @internal */
  shutdown(): void {
    const { shutdown } = this.source as Partial<EndlessSource>
    if (typeof shutdown === 'function') shutdown.call(this.source)
  }

  /** Ends a source that was not started: nobody will read it. @internal */
  abandon(): void {
    const { source } = this
    try {
      if (isWebStream(source)) ignore(source.cancel())
      else if (isNodeStream(source)) destroy(source)
      else ignore((source as Partial<Generator>).return?.(undefined))
    } catch {
      // A source that was never used cannot have failed at anything the client should have had.
    }
    this.#over()
  }

  #over(): void {
    const { onOver } = this
    this.onOver = undefined
    onOver?.()
  }
}

/** A reader that tells when its source is over; a source that cleans up is over when that is done. */
function watched(reader: ChunkReader, onOver: () => void): ChunkReader {
  const failed = (reason: unknown): never => {
    onOver()
    throw reason
  }
  const seen = (step: IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> => {
    if (step.done === true) onOver()
    return step
  }
  return {
    next: () => {
      try {
        const step = reader.next()
        return 'then' in step ? step.then(seen, failed) : seen(step)
      } catch (error) {
        return failed(error)
      }
    },
    end: async () => {
      try {
        await reader.end()
      } finally {
        onOver()
      }
    },
  }
}

interface WebStream {
  getReader(): { read(): Promise<IteratorResult<unknown, unknown>>; cancel(): Promise<void> }
  cancel(): Promise<void>
}

interface NodeStream extends AsyncIterable<unknown> {
  on(event: 'error', listener: () => void): unknown
  destroy(): unknown
}

function openSource(source: StreamSource): ChunkReader {
  if (isWebStream(source)) {
    // The stream's own iterator waits for its chunk before it lets itself be ended.
    const reader = source.getReader()
    return { next: () => reader.read(), end: () => reader.cancel() }
  }
  const iterator = iteratorOf(source)
  const next = (): ReturnType<ChunkReader['next']> => iterator.next()
  // The same holds here.
  if (isNodeStream(source)) return { next, end: () => destroy(source) }
  return { next, end: () => iterator.return?.() }
}

function iteratorOf(source: StreamSource): AsyncIterator<unknown> | Iterator<unknown> {
  const open = (source as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]
  return open === undefined
    ? (source as Iterable<unknown>)[Symbol.iterator]()
    : open.call(source as AsyncIterable<unknown>)
}

/** Text is iterable, too, in characters: nobody means that. */
function isIterable(source: unknown): boolean {
  return (
    typeof source === 'object' &&
    source !== null &&
    (Symbol.asyncIterator in source || Symbol.iterator in source)
  )
}

function isWebStream(source: object): source is WebStream {
  return 'getReader' in source && 'cancel' in source
}

function isNodeStream(source: object): source is NodeStream {
  return 'destroy' in source && 'pipe' in source && 'on' in source
}

/** Its own iterator reports failures only while somebody waits for it. */
function destroy(stream: NodeStream): void {
  stream.on('error', () => {})
  stream.destroy()
}

function ignore(result: unknown): void {
  void Promise.resolve(result).catch(() => {})
}
