import { withCode } from '../compile/emit.ts'
import { SerializationError } from '../errors.ts'
import { INVALID, Issues } from '../issue.ts'
import type { JsonSchema } from '../json-schema.ts'
import type { CheckText, SchemaDefinition } from '../schema.ts'
import { quote } from '../text.ts'

/** What is said of a value that is no text at all. */
export interface TypeFailure {
  readonly type: string
  readonly message: string
}

/**
 * A schema whose values are texts in the program and on the wire, brought into one form on the way
 * in and on the way out.
 *
 * @param read - the text in its one form, or `INVALID` after reporting why
 */
export function normalizedDefinition(
  kind: string,
  read: CheckText,
  facts: JsonSchema,
  failure: TypeFailure,
): SchemaDefinition {
  const isNormal = (text: unknown): boolean =>
    typeof text === 'string' && read(text, new Issues()) === text
  return {
    kind,
    check: (input, issues) =>
      typeof input === 'string'
        ? read(input, issues)
        : issues.add(failure.type, failure.message, input),
    checkText: read,
    write: withCode(
      (value: unknown) => {
        if (typeof value !== 'string') throw new SerializationError('is not a string')
        const issues = new Issues()
        const text = read(value, issues)
        if (text === INVALID) throw new SerializationError(issues.items[0]!.msg)
        return quote(text as string)
      },
      (code, value) => {
        code.failIf(`!${code.constant(isNormal)}(${value})`)
        return value
      },
    ),
    toJsonSchema: () => facts,
  }
}
