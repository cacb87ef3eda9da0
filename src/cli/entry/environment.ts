import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { CliError } from '../errors.ts'

/**
 * Sets the variables of a file that are not set yet.
 *
 * @throws {CliError} if it cannot be read
 */
export function loadEnvironment(file: string | undefined): void {
  if (file === undefined) return
  if (!existsSync(file)) throw new CliError(`There is no file ${file}: --env`)
  try {
    loadEnvFile(file)
  } catch (cause) {
    throw new CliError(`${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
