import { Buffer, isUtf8 } from 'node:buffer'
import { HttpError } from '../errors.ts'
import { NewFile } from '../forms/new-file.ts'
import type { PartHead } from './part-head.ts'

/** Where a part gets its content from. */
export interface PartSource {
  /** @returns undefined at the end of the part */
  readData(part: MultipartPart): Promise<Buffer | undefined>
}

/**
 * One field or file of a `multipart/form-data` body, while it arrives.
 *
 * Its content can be read once, and only until the next part is asked for: what nobody reads is
 * skipped then. Reading fails with {@link HttpError} 400 if the body is malformed or cut off, and
 * 413 beyond a limit.
 */
export class MultipartPart implements AsyncIterable<Uint8Array> {
  readonly name: string
  /** Without its path; undefined for a field, empty if no file was chosen. For people to read. */
  readonly filename: string | undefined
  /** As the sender says; undefined if it does not. */
  readonly contentType: string | undefined
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly #source: PartSource

  /** @internal */
  constructor(head: PartHead, source: PartSource) {
    this.name = head.name
    this.filename = head.filename
    this.contentType = head.contentType
    this.headers = head.headers
    this.#source = source
  }

  get isFile(): boolean {
    return this.filename !== undefined
  }

  /** The next piece of the content, undefined at its end. @internal */
  readData(): Promise<Buffer | undefined> {
    return this.#source.readData(this)
  }

  /** The content as it arrives; more is read only when it is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let data = await this.readData(); data !== undefined; data = await this.readData()) {
      yield data
    }
  }

  /** The whole content in memory; the limits of the form say how much that can be. */
  async bytes(): Promise<Uint8Array> {
    return this.#gather()
  }

  /** The whole content as text. @returns fails with {@link HttpError} 400 if it is not UTF-8 */
  async text(): Promise<string> {
    const bytes = await this.#gather()
    if (isUtf8(bytes)) return bytes.toString('utf8')
    throw new HttpError(400, `The field ${JSON.stringify(this.name)} is not UTF-8`)
  }

  /**
   * Writes the content to a new file, readable by its owner only, in constant memory. What was
   * written is removed again if it fails.
   *
   * @param path - of your own making: never the file name that the client gave
   * @returns bytes written; fails if the file exists
   */
  async saveTo(path: string): Promise<number> {
    const file = await NewFile.create(path)
    try {
      for (let data = await this.readData(); data !== undefined; data = await this.readData()) {
        await file.write(data)
      }
    } catch (error) {
      await file.discard()
      throw error
    }
    await file.finish()
    return file.size
  }

  async #gather(): Promise<Buffer> {
    const pieces: Buffer[] = []
    for (let data = await this.readData(); data !== undefined; data = await this.readData()) {
      pieces.push(data)
    }
    // A copy even of one: a small view would keep the whole chunk that it came in.
    return Buffer.concat(pieces)
  }
}
