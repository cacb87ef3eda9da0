import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import { HttpError } from '../errors.ts'
import type { HttpRequest } from '../message/request.ts'
import type { RequestBody } from '../message/request-body.ts'
import { boundaryOf } from '../multipart/boundary.ts'
import type { MultipartPart } from '../multipart/multipart-part.ts'
import { MultipartReader } from '../multipart/multipart-reader.ts'
import { Form } from './form.ts'
import { type FormLimits, type FormSettings, formSettings } from './limits.ts'
import { parseMediaType } from './media-type.ts'
import { spoolFile } from './spool.ts'
import type { UploadFile } from './upload-file.ts'
import { UploadFolder } from './upload-folder.ts'
import { type FormField, parseUrlEncoded } from './url-encoded.ts'

export interface FormOptions extends FormLimits {
  /** Larger files are written to disk; default 64 KiB. */
  readonly memoryBytes?: number
  /** Where temporary files go; default the system's folder for them. */
  readonly directory?: string
}

/** Options with their defaults; made once for all requests of a route. */
export interface FormReaderSettings {
  readonly limits: FormSettings
  readonly memoryBytes: number
  readonly directory: string | undefined
  /** Bytes that the files of each name may have; those of other names are skipped. Default: all are kept. */
  readonly files?: ReadonlyMap<string, number>
}

const DEFAULT_MEMORY_BYTES = 65_536
const EMPTY_FORM = new Form([], [])

/**
 * Reads a whole form, of either type that HTML knows: fields into memory, files into memory or, if
 * they are large, to disk.
 *
 * @returns the form, empty if there is no body; fails with {@link HttpError} 400 if the body is
 * malformed, 413 beyond a limit, 415 if it is no form
 * @throws {OptionError} on unknown or impossible options
 */
export function readForm(
  request: Pick<HttpRequest, 'header' | 'body'>,
  options?: FormOptions,
): Future<Form> {
  return readFormWith(request, formReaderSettings('readForm()', options))
}

/** @throws {OptionError} on unknown or impossible options */
export function formReaderSettings(where: string, options: FormOptions = {}): FormReaderSettings {
  const limits = formSettings(where, options, ['memoryBytes', 'directory'])
  const { memoryBytes, directory } = options
  if (directory !== undefined && typeof directory !== 'string') {
    throw new OptionError(`${where}.directory`, directory, 'a path')
  }
  return {
    limits,
    memoryBytes: integerOption(`${where}.memoryBytes`, memoryBytes, DEFAULT_MEMORY_BYTES),
    directory,
  }
}

/** {@link readForm} with options that were checked before. */
export function readFormWith(
  request: Pick<HttpRequest, 'header' | 'body'>,
  settings: FormReaderSettings,
): Future<Form> {
  const { body } = request
  if (body === undefined) return Future.ready(EMPTY_FORM)
  const contentType = request.header('content-type')
  const essence = contentType === undefined ? undefined : parseMediaType(contentType)?.essence
  if (essence === 'application/x-www-form-urlencoded') {
    const { limits } = settings
    return body.bytes(limits.body).then((bytes) => new Form(parseUrlEncoded(bytes, limits), []))
  }
  if (essence === 'multipart/form-data') {
    return Future.try(() => readMultipart(body, settings, boundaryOf(contentType)))
  }
  const found = contentType === undefined ? 'none' : JSON.stringify(contentType)
  const expected = 'multipart/form-data or application/x-www-form-urlencoded'
  return Future.failed(new HttpError(415, `Expected content-type ${expected}, got ${found}`))
}

async function readMultipart(
  body: RequestBody,
  settings: FormReaderSettings,
  boundary: string,
): Promise<Form> {
  const folder = new UploadFolder(settings.directory)
  const reader = new MultipartReader(body.chunks(settings.limits.body), boundary, settings.limits)
  const fields: FormField[] = []
  const files: UploadFile[] = []
  try {
    for (let part = await reader.nextPart(); part !== undefined; part = await reader.nextPart()) {
      if (!part.isFile) fields.push([part.name, await part.text()])
      else if (settings.files?.has(part.name) !== false) {
        const file = await spoolFile(part, folder, settings)
        if (!isEmptyChoice(part, file)) files.push(file)
      }
    }
    return new Form(fields, files, folder)
  } catch (error) {
    await reader.close()
    await folder.remove()
    throw error
  }
}

/** What browsers send for a file input where nothing was chosen. */
function isEmptyChoice(part: MultipartPart, file: UploadFile): boolean {
  return part.filename === '' && file.size === 0
}
