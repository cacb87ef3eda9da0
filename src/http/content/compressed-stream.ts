import type { Buffer } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChunkReader, EndlessSource, StreamBody } from '../message/stream-body.ts'
import { type CompressionCoding, type Compressor, createCompressor, flushOf } from './codings.ts'

type Step = IteratorResult<unknown, unknown>

/**
 * Compresses a stream while it is sent.
 *
 * What the source gives within a turn is compressed together. Whenever the source makes us wait,
 * everything so far is flushed, so that an event reaches the client when it happens.
 */
export class CompressedStream implements AsyncIterableIterator<Uint8Array>, EndlessSource {
  readonly #body: StreamBody
  readonly #coding: CompressionCoding
  readonly #level: number
  #reader: ChunkReader | undefined
  #compressor: Compressor | undefined
  #output: Buffer[] = []
  #failure: Error | undefined
  /** Asked for, and not there yet. */
  #pending: Promise<Step> | undefined
  /** Something was written since the last flush. */
  #isDirty = false
  #isOver = false

  constructor(body: StreamBody, coding: CompressionCoding, level: number) {
    this.#body = body
    this.#coding = coding
    this.#level = level
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The server is closing: so that a source that has no end of its own ends. */
  shutdown(): void {
    this.#body.shutdown()
  }

  /** @returns fails as the source does */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      while (this.#output.length === 0 && !this.#isOver) await this.#advance()
    } catch (error) {
      this.#isOver = true
      this.#compressor?.destroy()
      throw error
    }
    const value = this.#output.shift()
    return value === undefined ? { value: undefined, done: true } : { value, done: false }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#isOver) {
      this.#isOver = true
      this.#output = []
      this.#compressor?.destroy()
      if (this.#reader === undefined) this.#body.abandon()
      else await this.#reader.end()
    }
    return { value: undefined, done: true }
  }

  /** Takes one chunk from the source, or flushes if there is none yet. */
  async #advance(): Promise<void> {
    this.#reader ??= this.#body.open()
    const compressor = (this.#compressor ??= this.#open())
    const step = this.#pending ?? this.#reader.next()
    const isWaiting = 'then' in step
    if (isWaiting && this.#isDirty && !(await isReadyThisTurn(step))) {
      this.#pending = Promise.resolve(step)
      // A source that fails meanwhile is told of when it is asked for next.
      this.#pending.catch(() => {})
      this.#isDirty = false
      await this.#run((done) => compressor.flush(flushOf(this.#coding), done))
      return
    }
    this.#pending = undefined
    const { value, done } = isWaiting ? await step : step
    if (this.#isOver) return
    if (done === true) {
      await this.#run((finished) => compressor.once('end', finished).end())
      this.#isOver = true
    } else {
      this.#isDirty = true
      await this.#run((written) => compressor.write(value, () => written()))
    }
  }

  #open(): Compressor {
    const compressor = createCompressor(this.#coding, this.#level)
    compressor.on('data', (chunk: Buffer) => this.#output.push(chunk))
    compressor.on('error', (error) => {
      this.#failure = error
    })
    return compressor
  }

  /** Waits for the compressor, which may also fail or be destroyed meanwhile. */
  async #run(start: (done: () => void) => void): Promise<void> {
    const compressor = this.#compressor!
    await new Promise<void>((resolve) => {
      compressor.once('close', resolve)
      start(() => {
        compressor.off('close', resolve)
        resolve()
      })
    })
    if (this.#failure !== undefined) throw this.#failure
  }
}

/** Whether a chunk comes before other input is looked at. */
async function isReadyThisTurn(step: PromiseLike<Step>): Promise<boolean> {
  let isReady = false
  const settle = (): void => {
    isReady = true
  }
  await Promise.race([Promise.resolve(step).then(settle, settle), nextTurn()])
  return isReady
}
