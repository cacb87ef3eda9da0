import { type FormLimits, type FormSettings, formSettings } from '../forms/limits.ts'
import { boundaryOf } from './boundary.ts'
import type { MultipartPart } from './multipart-part.ts'
import { MultipartReader } from './multipart-reader.ts'

/** What is needed of a request; `HttpRequest` is one. */
export interface FormRequest {
  header(name: string): string | undefined
  readonly body: FormBody | undefined
}

/** What is needed of a body; `RequestBody` is one. */
export interface FormBody {
  chunks(options?: { readonly maxBytes?: number }): AsyncIterable<Uint8Array>
}

/**
 * The fields and files of a `multipart/form-data` request, one after the other, as they arrive.
 *
 * Content is read when it is asked for, and skipped if it is not; memory stays the same however
 * large a file is. Leaving the loop gives the rest of the body up.
 *
 * @returns for one loop; fails with {@link HttpError} 400 if the body is malformed or cut off, 413
 * beyond a limit, 415 for a part with a transfer encoding
 * @throws {HttpError} 415 if the request is of another type, 400 without a proper boundary
 * @throws {OptionError} on unknown or impossible limits
 */
export function multipart(
  request: FormRequest,
  limits?: FormLimits,
): AsyncGenerator<MultipartPart, void, undefined> {
  return multipartWith(request, formSettings('multipart()', limits))
}

/** {@link multipart} with limits that were checked before. */
export function multipartWith(
  request: FormRequest,
  settings: FormSettings,
): AsyncGenerator<MultipartPart, void, undefined> {
  const boundary = boundaryOf(request.header('content-type'))
  return eachPart(
    new MultipartReader(request.body?.chunks(settings.body) ?? NO_BODY, boundary, settings),
  )
}

const NO_BODY: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
}

async function* eachPart(reader: MultipartReader): AsyncGenerator<MultipartPart, void, undefined> {
  try {
    for (let part = await reader.nextPart(); part !== undefined; part = await reader.nextPart()) {
      yield part
    }
  } finally {
    await reader.close()
  }
}
