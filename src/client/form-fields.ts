/** A form as it is filled: with files it is `multipart/form-data`. */
export class FormFields {
  readonly #texts: [string, string][] = []
  readonly #files: [string, Blob][] = []

  add(name: string, text: string): void {
    this.#texts.push([name, text])
  }

  addFile(name: string, file: unknown): void {
    this.#files.push([
      name,
      file instanceof Blob ? file : new Blob([file as Uint8Array<ArrayBuffer>]),
    ])
  }

  /** `undefined` if nothing was filled in. */
  body(): FormData | URLSearchParams | undefined {
    if (this.#files.length === 0) {
      return this.#texts.length === 0 ? undefined : new URLSearchParams(this.#texts)
    }
    const form = new FormData()
    for (const [name, text] of this.#texts) form.append(name, text)
    // Servers tell files from fields by their name.
    for (const [name, file] of this.#files) {
      form.append(name, file, file instanceof File ? file.name : 'blob')
    }
    return form
  }
}
