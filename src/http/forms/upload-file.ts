import { Buffer } from 'node:buffer'
import { constants, createReadStream } from 'node:fs'
import { copyFile, link, readFile, writeFile } from 'node:fs/promises'

/** Where the bytes of an uploaded file are. */
export type UploadContent =
  | { readonly kind: 'memory'; readonly bytes: Buffer }
  | { readonly kind: 'disk'; readonly path: string; readonly size: number }

/**
 * A file of a form: in memory if it is small, else in a temporary file that is removed when the
 * request is over.
 */
export class UploadFile implements AsyncIterable<Uint8Array> {
  /** The name of the field. */
  readonly name: string
  /** As the client calls it, without its path. For people to read: never use it as a path. */
  readonly filename: string
  /** As the client says, which may be wrong; undefined if it does not. */
  readonly contentType: string | undefined
  /** In bytes. */
  readonly size: number
  readonly #content: UploadContent

  /** @internal */
  constructor(
    name: string,
    filename: string,
    contentType: string | undefined,
    content: UploadContent,
  ) {
    this.name = name
    this.filename = filename
    this.contentType = contentType
    this.size = content.kind === 'memory' ? content.bytes.length : content.size
    this.#content = content
  }

  /** Of the temporary file; undefined if it is in memory. */
  get path(): string | undefined {
    return this.#content.kind === 'disk' ? this.#content.path : undefined
  }

  /** The whole content in memory. */
  async bytes(): Promise<Uint8Array> {
    return this.#content.kind === 'memory' ? this.#content.bytes : readFile(this.#content.path)
  }

  /** The whole content, read as UTF-8. */
  async text(): Promise<string> {
    return Buffer.from(await this.bytes()).toString('utf8')
  }

  /** The content in pieces. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#content.kind === 'memory') yield this.#content.bytes
    else yield* createReadStream(this.#content.path) as AsyncIterable<Buffer>
  }

  /**
   * Keeps the content in a file of its own, which stays when the request is over; nothing is copied
   * where the temporary file is on the same file system.
   *
   * @param path - of your own making: never the file name that the client gave
   * @returns fails if the file exists
   */
  async saveTo(path: string): Promise<void> {
    const content = this.#content
    if (content.kind === 'memory') {
      await writeFile(path, content.bytes, { flag: 'wx', mode: 0o600 })
      return
    }
    try {
      await link(content.path, path)
    } catch (error) {
      // Another file system, or one without links.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
      await copyFile(content.path, path, constants.COPYFILE_EXCL)
    }
  }
}
