import type { UploadFile } from './upload-file.ts'
import type { UploadFolder } from './upload-folder.ts'
import type { FormField } from './url-encoded.ts'

/** What a form held. Whoever has read it removes its temporary files: `await using`, or `remove()`. */
export class Form implements AsyncDisposable {
  /** Values that are no files, in the order they came. */
  readonly fields: readonly FormField[]
  /** In the order they came; file inputs that were left empty are not among them. */
  readonly files: readonly UploadFile[]
  readonly #folder: UploadFolder | undefined

  /** @internal */
  constructor(fields: readonly FormField[], files: readonly UploadFile[], folder?: UploadFolder) {
    this.fields = fields
    this.files = files
    this.#folder = folder
  }

  /** The last value of that name. */
  get(name: string): string | undefined {
    return this.fields.findLast(([found]) => found === name)?.[1]
  }

  getAll(name: string): string[] {
    return this.fields.filter(([found]) => found === name).map(([, value]) => value)
  }

  /** The last file of that name. */
  getFile(name: string): UploadFile | undefined {
    return this.files.findLast((file) => file.name === name)
  }

  getFiles(name: string): UploadFile[] {
    return this.files.filter((file) => file.name === name)
  }

  /** Something of it is on disk. */
  get hasTemporaryFiles(): boolean {
    return this.#folder !== undefined && !this.#folder.isEmpty
  }

  /** Removes the temporary files; what `saveTo` has kept stays. */
  async remove(): Promise<void> {
    await this.#folder?.remove()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove()
  }
}
