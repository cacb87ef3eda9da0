import { OptionError } from '../core/errors.ts'

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** @throws {OptionError} if the option is there and neither true nor false */
export function booleanOption(
  where: string,
  value: boolean | undefined,
  fallback: boolean,
): boolean {
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw new OptionError(where, value, 'true or false')
  return value
}

/** @throws {OptionError} if it is not an array of names of headers */
export function fieldNamesOption(where: string, names: readonly string[]): readonly string[] {
  const isList = Array.isArray(names) && names.every((name) => FIELD_NAME.test(name))
  if (!isList) throw new OptionError(where, names, 'an array of names of headers')
  return names
}

/**
 * The name of a header, in lower case.
 *
 * @throws {OptionError} if it is none
 */
export function fieldNameOption(where: string, name: string | undefined, fallback: string): string {
  const value = name ?? fallback
  if (typeof value !== 'string' || !FIELD_NAME.test(value)) {
    throw new OptionError(where, name, 'the name of a header')
  }
  return value.toLowerCase()
}

/** @throws {OptionError} if the value is none of those listed */
export function choiceOption<const Choice extends string | boolean>(
  where: string,
  value: Choice | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (value === undefined) return choices[0]
  if (!choices.includes(value)) throw new OptionError(where, value, `one of ${choices.join(', ')}`)
  return value
}
