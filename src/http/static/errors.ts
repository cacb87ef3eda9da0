import { HttpError } from '../errors.ts'

// One of each for all requests: scanners ask for thousands of paths, and a stack costs much.

export const NOT_FOUND: HttpError = new HttpError(404)
export const FORBIDDEN: HttpError = new HttpError(403)
export const METHOD_NOT_ALLOWED: HttpError = new HttpError(405, undefined, { allow: 'GET, HEAD' })
export const NOT_ACCEPTABLE: HttpError = new HttpError(406, undefined, { vary: 'accept-encoding' })

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ENXIO'])
const FORBIDDEN_CODES: ReadonlySet<string> = new Set(['EACCES', 'EPERM'])
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE'])

/** True if the system's error says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return ABSENT.has((error as NodeJS.ErrnoException).code ?? '')
}

/** What to answer if a file cannot be opened or read. */
export function toHttpFailure(error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (FORBIDDEN_CODES.has(code)) return FORBIDDEN
  if (!EXHAUSTED.has(code)) return error
  return new HttpError(503, undefined, { 'retry-after': '1' }, { cause: error })
}
