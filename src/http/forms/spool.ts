import { Buffer } from 'node:buffer'
import type { MultipartPart } from '../multipart/multipart-part.ts'
import { fileTooLarge } from '../multipart/multipart-reader.ts'
import type { NewFile } from './new-file.ts'
import type { FormReaderSettings } from './read-form.ts'
import { UploadFile } from './upload-file.ts'
import type { UploadFolder } from './upload-folder.ts'

/**
 * Reads a file to its end: into memory, or to disk if it is larger than that.
 *
 * @returns fails as the body does; what was written is removed with the folder
 */
export async function spoolFile(
  part: MultipartPart,
  folder: UploadFolder,
  { memoryBytes, files }: Pick<FormReaderSettings, 'memoryBytes' | 'files'>,
): Promise<UploadFile> {
  const limit = files?.get(part.name) ?? Number.POSITIVE_INFINITY
  const pieces: Buffer[] = []
  let size = 0
  let file: NewFile | undefined
  try {
    for (let data = await part.readData(); data !== undefined; data = await part.readData()) {
      size += data.length
      if (size > limit) throw fileTooLarge(part.name, limit)
      if (file === undefined && size > memoryBytes) {
        file = await folder.createFile()
        for (const piece of pieces.splice(0)) await file.write(piece)
      }
      if (file === undefined) pieces.push(data)
      else await file.write(data)
    }
  } finally {
    await file?.finish()
  }
  return new UploadFile(
    part.name,
    part.filename ?? '',
    part.contentType,
    file === undefined
      ? { kind: 'memory', bytes: Buffer.concat(pieces) }
      : { kind: 'disk', path: file.path, size },
  )
}
