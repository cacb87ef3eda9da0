import { Buffer } from 'node:buffer'
import { HttpError, MultipartStateError } from '../errors.ts'
import type { FormSettings } from '../forms/limits.ts'
import { MultipartParser } from './multipart-parser.ts'
import { MultipartPart, type PartSource } from './multipart-part.ts'
import type { PartHead } from './part-head.ts'

/**
 * Gives the parts of a body one after the other, and keeps the limits.
 *
 * Nothing is read from the source before somebody asks for a part or its content.
 */
export class MultipartReader implements PartSource {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #settings: FormSettings
  readonly #parser: MultipartParser
  #part: MultipartPart | undefined
  #isReading = false
  #partBytes = 0
  #fields = 0
  #files = 0
  #fieldBytes = 0

  constructor(source: AsyncIterable<Uint8Array>, boundary: string, settings: FormSettings) {
    this.#source = source[Symbol.asyncIterator]()
    this.#settings = settings
    this.#parser = new MultipartParser(boundary, settings.maxHeaderBytes)
  }

  /**
   * Skips what is left of the current part.
   *
   * @returns undefined behind the last part, when the body is known to end there
   */
  async nextPart(): Promise<MultipartPart | undefined> {
    for (;;) {
      const token = await this.#next()
      if (token === 'part') {
        this.#part = this.#begin(this.#parser.part!)
        return this.#part
      }
      if (token === 'part-end') this.#part = undefined
      if (token === 'data') this.#count(this.#parser.data.length)
      if (token === 'end') {
        await this.#readEnd()
        return undefined
      }
    }
  }

  /** @returns undefined at the end of the part */
  async readData(part: MultipartPart): Promise<Buffer | undefined> {
    if (this.#part !== part) {
      throw new MultipartStateError(
        `The part ${JSON.stringify(part.name)} is read or skipped already`,
      )
    }
    if ((await this.#next()) === 'part-end') {
      this.#part = undefined
      return undefined
    }
    const { data } = this.#parser
    this.#count(data.length)
    return data
  }

  /** Lets the source go: nobody wants what is left. */
  async close(): Promise<void> {
    this.#part = undefined
    await this.#source.return?.()
  }

  /** The next token, with as much input as it takes. */
  async #next(): Promise<'part' | 'data' | 'part-end' | 'end'> {
    if (this.#isReading) throw new MultipartStateError('The form is read in two places at once')
    this.#isReading = true
    try {
      for (;;) {
        const token = this.#parser.next()
        if (token !== 'more') return token
        await this.#readMore()
      }
    } finally {
      this.#isReading = false
    }
  }

  async #readMore(): Promise<boolean> {
    const step = await this.#source.next()
    if (step.done === true) {
      this.#parser.finish()
      return false
    }
    this.#parser.push(step.value)
    return true
  }

  async #readEnd(): Promise<void> {
    while (await this.#readMore());
  }

  #begin(head: PartHead): MultipartPart {
    const { maxFields, maxFiles, maxNameBytes, maxFilenameBytes } = this.#settings
    this.#partBytes = 0
    const nameBytes = Buffer.byteLength(head.name)
    if (nameBytes > maxNameBytes) {
      throw new HttpError(413, `The name of a part is longer than ${maxNameBytes} bytes`)
    }
    if (head.filename === undefined) {
      if (++this.#fields > maxFields) {
        throw new HttpError(413, `The form has more than ${maxFields} fields`)
      }
      this.#countField(nameBytes)
    } else {
      if (++this.#files > maxFiles) {
        throw new HttpError(413, `The form has more than ${maxFiles} files`)
      }
      if (Buffer.byteLength(head.filename) > maxFilenameBytes) {
        throw new HttpError(413, `A file name is longer than ${maxFilenameBytes} bytes`)
      }
    }
    return new MultipartPart(head, this)
  }

  #count(bytes: number): void {
    const part = this.#part!
    this.#partBytes += bytes
    const { maxFieldBytes, maxFileBytes } = this.#settings
    if (part.isFile && this.#partBytes > maxFileBytes) throw fileTooLarge(part.name, maxFileBytes)
    if (!part.isFile && this.#partBytes > maxFieldBytes) {
      const name = JSON.stringify(part.name)
      throw new HttpError(413, `The field ${name} is larger than ${maxFieldBytes} bytes`)
    }
    if (!part.isFile) this.#countField(bytes)
  }

  #countField(bytes: number): void {
    this.#fieldBytes += bytes
    const { maxTotalFieldBytes } = this.#settings
    if (this.#fieldBytes > maxTotalFieldBytes) {
      throw new HttpError(
        413,
        `The fields of the form are together larger than ${maxTotalFieldBytes} bytes`,
      )
    }
  }
}

export function fileTooLarge(name: string, limit: number): HttpError {
  return new HttpError(413, `The file ${JSON.stringify(name)} is larger than ${limit} bytes`)
}
