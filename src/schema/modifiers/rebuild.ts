import type { Issues } from '../issue.ts'
import type { TextFields } from '../objects/text-fields.ts'
import { Schema, type SchemaDefinition, type Write } from '../schema.ts'

interface Changes {
  /** Gets what the schema made of the input, also `INVALID`. */
  readonly read: (value: unknown, input: unknown, issues: Issues) => unknown
  readonly write: Write
}

/** The same schema with a step after reading and another way to write; objects keep their keys. */
export function rebuild<Kind extends Schema<unknown>>(schema: Kind, changes: Changes): Kind {
  const { definition } = schema
  const { check, checkText, checkTexts, checkTextFields } = definition
  const { read, write } = changes
  const changed: SchemaDefinition = {
    ...definition,
    check: (input, issues) => read(check(input, issues), input, issues),
    checkText: (text, issues) => read(checkText(text, issues), text, issues),
    ...(checkTexts === undefined
      ? undefined
      : {
          checkTexts: (texts: readonly string[], issues: Issues) =>
            read(checkTexts(texts, issues), texts, issues),
        }),
    ...(checkTextFields === undefined
      ? undefined
      : {
          checkTextFields: (source: TextFields, issues: Issues) =>
            read(checkTextFields(source, issues), null, issues),
        }),
    write,
  }
  return carryKeys(schema, new Schema(changed, schema.info)) as Kind
}

/** What `object` adds to its schemas. */
export function carryKeys(from: Schema<unknown>, to: Schema<unknown>): Schema<unknown> {
  if (!('fields' in from && 'extra' in from)) return to
  return Object.assign(to, { fields: from.fields, extra: from.extra })
}
