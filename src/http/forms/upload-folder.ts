import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NewFile } from './new-file.ts'

/** A folder for the files of one form, made for the first of them, which only its owner can read. */
export class UploadFolder {
  readonly #parent: string
  #made: Promise<string> | undefined
  #count = 0

  /** @param parent - default the system's folder for temporary files */
  constructor(parent: string | undefined) {
    this.#parent = parent ?? tmpdir()
  }

  /** A new file, named by us: names that come over the wire are only for people. */
  async createFile(): Promise<NewFile> {
    this.#made ??= mkdtemp(join(this.#parent, 'fasterapi-upload-'))
    return NewFile.create(join(await this.#made, String(this.#count++)))
  }

  get isEmpty(): boolean {
    return this.#made === undefined
  }

  /** Removes the folder with everything in it; harmless if there is none. */
  async remove(): Promise<void> {
    const made = this.#made
    this.#made = undefined
    if (made !== undefined) await rm(await made, { recursive: true, force: true })
  }
}
