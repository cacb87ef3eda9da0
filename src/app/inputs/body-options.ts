import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { StrictJsonOptions } from '../../schema/index.ts'

/**
 * How a JSON body is read. What it may not have, beyond what is no JSON, costs a second walk over the
 * text.
 */
export interface BodyOptions extends StrictJsonOptions {
  /** The body is an object that holds the value under the input's key; default: it is the value. */
  readonly embed?: boolean
  /**
   * Default true: 415 for a body without a content type. Browsers let any page of another site send
   * such a body with the user's cookies, so say false only where nothing depends on cookies.
   */
  readonly requireContentType?: boolean
  /** Unique keys, plain keys, 64 levels. */
  readonly strict?: boolean
}

/** What a `body()` was told. */
export interface BodyDetails {
  readonly embed: boolean
  readonly requireContentType: boolean
  readonly strict: StrictJsonOptions | undefined
}

const SWITCHES = ['embed', 'requireContentType', 'strict', 'uniqueKeys', 'plainKeys'] as const

/**
 * @returns undefined for the defaults
 * @throws {OptionError} on unknown or impossible options
 */
export function bodyDetails(options: BodyOptions | undefined): BodyDetails | undefined {
  if (options === undefined) return undefined
  rejectUnknownOptions('body()', options, [...SWITCHES, 'maxDepth'])
  for (const name of SWITCHES) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'boolean') {
      throw new OptionError(`body().${name}`, value, 'a boolean')
    }
  }
  const { embed = false, requireContentType = true } = options
  const strict = strictness(options)
  const isDefault = !embed && requireContentType && strict === undefined
  return isDefault ? undefined : { embed, requireContentType, strict }
}

function strictness(options: BodyOptions): StrictJsonOptions | undefined {
  const { strict = false, uniqueKeys = strict, plainKeys = strict } = options
  const fallback = strict ? 64 : Number.MAX_SAFE_INTEGER
  const maxDepth = integerOption('body().maxDepth', options.maxDepth, fallback, 1)
  const isFree = !uniqueKeys && !plainKeys && maxDepth === Number.MAX_SAFE_INTEGER
  return isFree ? undefined : { uniqueKeys, plainKeys, maxDepth }
}

/** @param details - those of a `body()` input */
export function detailsOfBody(details: unknown): BodyDetails | undefined {
  return details as BodyDetails | undefined
}
