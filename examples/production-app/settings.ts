import { OptionError } from '../../src/index.ts'

export interface Settings {
  readonly host: string
  readonly port: number
  /** The server to use; without it the app starts one of its own. */
  readonly databaseUrl: string | undefined
  /** Most connections to the database of each reactor. */
  readonly poolSize: number
  /** Reactors that serve, or one for each core. */
  readonly reactors: number | 'auto'
}

/**
 * Reads the settings from the environment.
 *
 * @throws {OptionError} naming the variable, its value and what was expected
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  return {
    host: environment['HOST'] || '127.0.0.1',
    port: wholeNumber(environment, 'PORT', 8000, 0, 65_535),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    poolSize: wholeNumber(environment, 'POOL_SIZE', 4, 1, 100),
    reactors: environment['REACTORS'] ? wholeNumber(environment, 'REACTORS', 1, 1, 256) : 'auto',
  }
}

function wholeNumber(
  environment: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = environment[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new OptionError(name, text, `a whole number from ${min} to ${max}`)
  }
  return value
}
