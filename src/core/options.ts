import { OptionError } from './errors.ts'

/**
 * Refuses option names that are not known, so that a typo is an error and not a silent default.
 *
 * @param where - what the options belong to, for the message: `new PgPool options`
 * @throws {OptionError} on the first unknown name, listing the known ones
 */
export function rejectUnknownOptions(
  where: string,
  options: object | undefined,
  known: readonly string[],
): void {
  if (options === undefined) return
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(
        `${where}.${name}`,
        (options as Record<string, unknown>)[name],
        `absent: known options are ${known.join(', ')}`,
      )
    }
  }
}

/**
 * A whole number option within bounds.
 *
 * @throws {OptionError} if it is not an integer from `min` to `max`
 */
export function integerOption(
  where: string,
  value: number | undefined,
  fallback: number,
  min = 0,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new OptionError(where, value, `an integer from ${min} to ${max}`)
  }
  return value
}

/** Default, least and greatest value of each of several whole numbers. */
export type IntegerBounds<Name extends string> = Readonly<
  Record<Name, readonly [fallback: number, min: number, max: number]>
>

/**
 * Several whole number options, each within bounds of its own.
 *
 * @param where - what the options belong to, for the message: `HttpServer options`
 * @throws {OptionError} as {@link integerOption} does, for the first one that is out of bounds
 */
export function integerOptions<Name extends string>(
  where: string,
  options: Readonly<Partial<Record<NoInfer<Name>, number | undefined>>>,
  bounds: IntegerBounds<Name>,
): Record<Name, number> {
  const values = {} as Record<Name, number>
  for (const name of Object.keys(bounds) as Name[]) {
    const [fallback, min, max] = bounds[name]
    values[name] = integerOption(`${where}.${name}`, options[name], fallback, min, max)
  }
  return values
}

/**
 * A number option within bounds, which may have a fraction.
 *
 * @throws {OptionError} if it is not a number from `min` to `max`
 */
export function numberOption(
  where: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number = Number.POSITIVE_INFINITY,
): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    const bounds = max === Number.POSITIVE_INFINITY ? `${min} or more` : `from ${min} to ${max}`
    throw new OptionError(where, value, `a number, ${bounds}`)
  }
  return value
}

/** @throws {OptionError} if the option is there and not a function */
export function functionOption<F>(where: string, value: F): F {
  if (value !== undefined && typeof value !== 'function') {
    throw new OptionError(where, value, 'a function')
  }
  return value
}
