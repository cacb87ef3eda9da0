import { Buffer } from 'node:buffer'
import { HttpError } from '../errors.ts'
import type { BodySupplier } from './body-supplier.ts'
import { RequestBody } from './request-body.ts'
import { type ChunkReader, StreamBody, type StreamSource } from './stream-body.ts'

/** A body that comes out of this process: text, bytes, or a source that is asked as it is read. */
export class ProvidedBody extends RequestBody implements BodySupplier {
  readonly maxBodyBytes: number
  readonly #source: StreamBody | undefined
  #reader: ChunkReader | undefined
  #isPumping = false

  constructor(body: string | Uint8Array | StreamSource, maxBodyBytes: number) {
    const bytes =
      typeof body === 'string' || body instanceof Uint8Array
        ? Buffer.from(body as string)
        : undefined
    super(bytes?.length ?? -1)
    this.maxBodyBytes = maxBodyBytes
    this.attach(this)
    if (bytes === undefined) this.#source = new StreamBody(body as StreamSource)
    else {
      this.push(bytes)
      this.complete()
    }
  }

  /** Asks the source for as much as a connection would read. */
  wantBody(): void {
    if (!this.#isPumping && this.#source !== undefined) void this.#pump(this.#source)
  }

  async #pump(source: StreamBody): Promise<void> {
    this.#isPumping = true
    try {
      this.#reader ??= source.open()
      while (!this.isFull && !this.isComplete) {
        const step = await this.#reader.next()
        if (this.isDiscarding) await this.#reader.end()
        if (this.isDiscarding) break
        if (step.done === true) this.complete()
        else this.push(Buffer.from(step.value as string))
      }
    } catch (cause) {
      const early = 'The client has ended the body too early'
      const isAnswer = cause instanceof HttpError
      this.fail(isAnswer ? cause : new HttpError(400, early, undefined, { cause }))
    }
    this.#isPumping = false
  }
}
