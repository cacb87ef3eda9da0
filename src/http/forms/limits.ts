import { integerOption, rejectUnknownOptions } from '../../core/options.ts'

/** What a form may hold; more is answered with 413. */
export interface FormLimits {
  /** Bytes of the whole body; default the limit of the server or route. */
  readonly maxBytes?: number
  /** Values that are no files; default 1000. */
  readonly maxFields?: number
  /** Bytes of each of them; default 1 MiB. */
  readonly maxFieldBytes?: number
  /** Bytes of all of them together with their names, which stay in memory; default 4 MiB. */
  readonly maxTotalFieldBytes?: number
  /** Default 100. */
  readonly maxFiles?: number
  /** Bytes of each file; default no other limit than that of the body. */
  readonly maxFileBytes?: number
  /** Bytes of the header lines of each part; default 8192. */
  readonly maxHeaderBytes?: number
  /** UTF-8 bytes of the name of a field or file; default 255. */
  readonly maxNameBytes?: number
  /** UTF-8 bytes of the file name, without its path; default 255. */
  readonly maxFilenameBytes?: number
}

/** Every limit with its value, but that of the body. */
export type FormSettings = Required<Omit<FormLimits, 'maxBytes'>> & {
  /** For whoever reads the body; empty if its own limit holds. */
  readonly body: { readonly maxBytes?: number }
}

const DEFAULTS: Required<Omit<FormLimits, 'maxBytes'>> = {
  maxFields: 1000,
  maxFieldBytes: 1_048_576,
  maxTotalFieldBytes: 4_194_304,
  maxFiles: 100,
  maxFileBytes: Number.MAX_SAFE_INTEGER,
  maxHeaderBytes: 8192,
  maxNameBytes: 255,
  maxFilenameBytes: 255,
}

/**
 * @param where - what the limits belong to, for the message
 * @param others - options beside the limits
 * @throws {OptionError} on unknown names and impossible values
 */
export function formSettings(
  where: string,
  limits: FormLimits = {},
  others: readonly string[] = [],
): FormSettings {
  rejectUnknownOptions(where, limits, ['maxBytes', ...Object.keys(DEFAULTS), ...others])
  const settings: { -readonly [Name in keyof typeof DEFAULTS]: number } = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    settings[name] = integerOption(`${where}.${name}`, limits[name], DEFAULTS[name])
  }
  const { maxBytes } = limits
  const body =
    maxBytes === undefined ? {} : { maxBytes: integerOption(`${where}.maxBytes`, maxBytes, 0) }
  return { ...settings, body }
}
