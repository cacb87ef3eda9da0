import { SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import type { JsonSchema, JsonSchemaRefs } from '../json-schema.ts'
import type { Schema } from '../schema.ts'

/**
 * Checks keys and values of a JSON object, the keys as text.
 *
 * @param add - gets each pair that fits
 * @returns false if anything failed; the failures are reported
 */
export function checkEntries(
  input: Readonly<Record<string, unknown>>,
  key: Schema<unknown>,
  value: Schema<unknown>,
  issues: Issues,
  add: (key: unknown, value: unknown) => void,
): boolean {
  let failed = false
  for (const name of Object.keys(input)) {
    const from = issues.items.length
    const checkedKey = key.checkText(name, issues)
    if (checkedKey === INVALID) issues.prefix(from, '[key]')
    const checked = value.check(input[name], issues)
    if (checkedKey === INVALID || checked === INVALID) {
      issues.prefix(from, name)
      failed = true
    } else {
      add(checkedKey, checked)
    }
  }
  return !failed
}

/** @throws {SerializationError} with the key of the first pair that does not fit */
export function writeEntries(
  entries: Iterable<readonly [unknown, unknown]>,
  key: Schema<unknown>,
  value: Schema<unknown>,
): string {
  const texts: string[] = []
  for (const [name, item] of entries) {
    if (item === undefined) continue // as JSON.stringify does
    try {
      texts.push(`${keyText(key.write(name))}:${value.write(item)}`)
    } catch (error) {
      throw error instanceof SerializationError ? error.within(String(name)) : error
    }
  }
  return `{${texts.join(',')}}`
}

/** Keys of JSON objects are texts: the number 1 is the key `"1"`. */
function keyText(json: string): string {
  return json.startsWith('"') ? json : JSON.stringify(json)
}

/** As Pydantic says it: `patternProperties` for a pattern, `propertyNames` for other facts. */
export function entriesToJsonSchema(
  key: Schema<unknown>,
  value: Schema<unknown>,
  refs: JsonSchemaRefs,
): JsonSchema {
  const { type, ...names } = key.toJsonSchema(refs)
  const values = value.toJsonSchema(refs)
  const pattern = type === 'string' ? names['pattern'] : undefined
  if (typeof pattern === 'string' && Object.keys(names).length === 1) {
    return { patternProperties: { [pattern]: values }, type: 'object' }
  }
  // Keys are texts, so what is said of numbers does not hold for them.
  const isText = type === 'string' || '$ref' in names || 'enum' in names
  return {
    additionalProperties: values,
    ...(isText && Object.keys(names).length > 0 ? { propertyNames: names } : undefined),
    type: 'object',
  }
}

export function refuseDictionary(input: unknown, issues: Issues): typeof INVALID {
  return issues.add('dict_type', 'Input should be a valid dictionary', input)
}
