import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'

/** What something is called in the messages of its errors. */
export interface NameOptions {
  readonly name?: string
}

/**
 * How messages call something of `kind`: `semaphore "uploads"`, or `the semaphore` without a name.
 *
 * @throws {OptionError} if an option is unknown, or the name not a string
 */
export function readName(kind: string, options: NameOptions | undefined): string {
  rejectUnknownOptions(`${kind} options`, options, ['name'])
  const name = options?.name
  if (name === undefined) return `the ${kind}`
  if (typeof name !== 'string') throw new OptionError('name', name, 'a string')
  return `${kind} "${name}"`
}
