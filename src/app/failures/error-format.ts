import { OptionError } from '../../core/errors.ts'

/**
 * How errors are written: `{ "detail": ... }` as FastAPI does, or as problem details.
 *
 * @see RFC 9457
 */
export type ErrorFormat = 'fastapi' | 'problem'

/** @throws {OptionError} if it is there and no format */
export function checkErrorFormat(where: string, format: ErrorFormat | undefined): void {
  if (format === undefined || format === 'fastapi' || format === 'problem') return
  throw new OptionError(`${where}.errors`, format, "'fastapi' or 'problem'")
}
