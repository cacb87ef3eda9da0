import { UnencodableError } from './encoder.ts'
import { JsonValue, RawJson } from './json.ts'

/** @throws {UnencodableError} for `undefined`, functions, and what `JSON.stringify` refuses */
export function jsonText(value: unknown): string {
  if (value instanceof RawJson) return value.text
  let text: string | undefined
  try {
    text = JSON.stringify(value instanceof JsonValue ? value.value : value) as string | undefined
  } catch (cause) {
    throw new UnencodableError(`it cannot be written as JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
  if (text === undefined) throw new UnencodableError('it has no JSON form')
  return text
}
