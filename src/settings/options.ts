import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import type { Environment } from './sources.ts'

export interface SettingsOptions {
  /** In front of the name of every variable: `SHOP_`. Default: nothing. */
  readonly prefix?: string
  /**
   * Files of `NAME=value` lines, relative to the working directory; later ones go before earlier ones,
   * and the environment before all. A file that is not there is none. Default: none.
   */
  readonly envFile?: string | readonly string[]
  /** A folder with a file for each secret, such as `/run/secrets`; goes behind everything else. */
  readonly secretsDir?: string
  /** Default: `process.env`. */
  readonly env?: Environment
  /** Whether a variable that is set to nothing counts as absent; default false. */
  readonly ignoreEmpty?: boolean
  /** What variables with the prefix are that no setting has; without a prefix they are left alone. */
  readonly unknown?: 'error' | 'ignore'
  /**
   * `exit` writes the table of what is wrong on standard error and ends the process with status 78, so
   * that nobody has to search it in a stack; `throw` throws {@link SettingsError}. Default: `exit`
   * for the environment of the process, `throw` if `env` is given.
   */
  readonly onInvalid?: 'exit' | 'throw'
}

const KNOWN = ['prefix', 'envFile', 'secretsDir', 'env', 'ignoreEmpty', 'unknown', 'onInvalid']

/** @throws {OptionError} on unknown or impossible options */
export function checkSettingsOptions(where: string, options: SettingsOptions): void {
  rejectUnknownOptions(where, options, KNOWN)
  const { prefix, envFile, secretsDir, env, ignoreEmpty, unknown, onInvalid } = options
  if (prefix !== undefined && !/^([A-Za-z_]\w*)?$/.test(prefix)) {
    throw new OptionError(`${where}.prefix`, prefix, "the beginning of a name, such as 'SHOP_'")
  }
  const files = typeof envFile === 'string' ? [envFile] : (envFile ?? [])
  if (!Array.isArray(files) || files.some((file) => typeof file !== 'string' || file === '')) {
    throw new OptionError(`${where}.envFile`, envFile, 'a path, or an array of paths')
  }
  if (secretsDir !== undefined && (typeof secretsDir !== 'string' || secretsDir === '')) {
    throw new OptionError(`${where}.secretsDir`, secretsDir, 'a path')
  }
  if (env !== undefined && (typeof env !== 'object' || env === null)) {
    throw new OptionError(`${where}.env`, env, 'an object of variables')
  }
  if (ignoreEmpty !== undefined && typeof ignoreEmpty !== 'boolean') {
    throw new OptionError(`${where}.ignoreEmpty`, ignoreEmpty, 'true or false')
  }
  if (unknown !== undefined && unknown !== 'error' && unknown !== 'ignore') {
    throw new OptionError(`${where}.unknown`, unknown, "'error' or 'ignore'")
  }
  if (onInvalid !== undefined && onInvalid !== 'exit' && onInvalid !== 'throw') {
    throw new OptionError(`${where}.onInvalid`, onInvalid, "'exit' or 'throw'")
  }
}
