import { HttpError } from '../errors.ts'
import { parseMediaType } from '../forms/media-type.ts'

/** `bchars`, the last of which is no blank. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/

/**
 * The boundary that a `content-type` of `multipart/form-data` announces.
 *
 * @throws {HttpError} 415 for another or no type, 400 for a boundary that is missing or malformed
 * @see RFC 2046, section 5.1.1
 */
export function boundaryOf(contentType: string | undefined): string {
  const type = contentType === undefined ? undefined : parseMediaType(contentType)
  if (type === undefined || type.essence !== 'multipart/form-data') {
    const found = contentType === undefined ? 'none' : JSON.stringify(contentType)
    throw new HttpError(415, `Expected content-type multipart/form-data, got ${found}`)
  }
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined) {
    throw new HttpError(400, 'The content-type multipart/form-data has no boundary')
  }
  if (!BOUNDARY.test(boundary)) {
    throw new HttpError(400, 'The boundary of multipart/form-data is malformed')
  }
  return boundary
}
