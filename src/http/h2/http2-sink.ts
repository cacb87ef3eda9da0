import type { ServerHttp2Stream } from 'node:http2'
import type { ChunkSink } from '../h1/response/response-stream.ts'

/** What a streamed body is written to: `node:http2` frames it. */
export class Http2Sink implements ChunkSink {
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  get isClosed(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }

  get isCongested(): boolean {
    return this.#stream.writableNeedDrain
  }

  write(data: string, encoding: 'latin1'): boolean {
    return this.#stream.write(data, encoding)
  }

  writeOwned(data: Uint8Array): boolean {
    return this.#stream.write(data)
  }
}
