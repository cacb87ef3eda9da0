import { OptionError } from '../core/errors.ts'
import { writeJson } from './any.ts'
import { assertFits, SchemaDefinitionError } from './errors.ts'
import { INVALID, type Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'
import { Schema } from './schema.ts'
import type { StandardSchema } from './standard-schema.ts'

/**
 * Uses a schema of another library where one of ours is expected.
 *
 * Text from path, query, header and cookie is handed over as it is: use the library's coercion
 * (`z.coerce.number()`). Values are validated, then written with `JSON.stringify`.
 *
 * @param jsonSchema - shown in OpenAPI; `{}` (anything) if left out
 * @throws {OptionError} if `foreign` does not follow Standard Schema v1
 */
export function standard<Output>(
  foreign: StandardSchema<Output>,
  jsonSchema: JsonSchema = {},
): Schema<Output> {
  const face = foreign?.['~standard']
  if (face?.version !== 1 || typeof face.validate !== 'function') {
    throw new OptionError('standard()', foreign, 'a Standard Schema v1')
  }
  const check = (input: unknown, issues: Issues): unknown => {
    const result = face.validate(input)
    if (result instanceof Promise) {
      throw new SchemaDefinitionError(
        `The ${face.vendor} schema is asynchronous; make it synchronous`,
      )
    }
    if (result.issues === undefined) return result.value
    for (const issue of result.issues) {
      const from = issues.items.length
      issues.add('value_error', issue.message, input)
      for (const step of (issue.path ?? []).toReversed()) issues.prefix(from, keyOf(step))
    }
    return INVALID
  }
  return new Schema<Output>({
    kind: face.vendor,
    check,
    checkText: check,
    write: (value) => {
      assertFits(check, value)
      return writeJson(value)
    },
    toJsonSchema: () => jsonSchema,
  })
}

function keyOf(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'number' ? key : String(key)
}
