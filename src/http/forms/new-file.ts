import type { Buffer } from 'node:buffer'
import { type FileHandle, open, unlink } from 'node:fs/promises'

/** A file that is being written for the first time; removed again unless it is finished. */
export class NewFile {
  readonly path: string
  readonly #handle: FileHandle
  /** Bytes written. */
  size = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Readable by its owner only. @returns fails if the file exists */
  static async create(path: string): Promise<NewFile> {
    return new NewFile(path, await open(path, 'wx', 0o600))
  }

  async write(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, at)
      at += bytesWritten
    }
    this.size += data.length
  }

  async finish(): Promise<void> {
    await this.#handle.close()
  }

  /** Closes and removes it. */
  async discard(): Promise<void> {
    await this.#handle.close()
    await unlink(this.path)
  }
}
