import { OptionError } from '../../core/errors.ts'
import type { JsonSchema } from '../json-schema.ts'
import { checkSchemaOptions, defineSchema, Schema, type SchemaInfo } from '../schema.ts'
import { carryKeys } from './rebuild.ts'

/**
 * The same schema with a description, examples, a default, an alias and the like: for schemas that
 * take no options (`union`, `literal`), and for a model where one of its keys uses it.
 *
 * @throws {OptionError} on unknown options
 * @throws {SchemaDefinitionError} if the default does not fit
 */
export function meta<Kind extends Schema<unknown>>(
  schema: Kind,
  info: SchemaInfo<Exclude<Kind['~type'], undefined>>,
): Kind {
  if (!(schema instanceof Schema)) throw new OptionError('meta()', schema, 'a schema')
  checkSchemaOptions('meta', info, [])
  const { definition } = schema
  const words = Object.fromEntries(
    Object.entries({
      title: info.title,
      description: info.description,
      examples: info.examples,
    }).filter(([, value]) => value !== undefined),
  )
  const changed = {
    ...definition,
    // A component has words of its own; those said here hold for this place, beside the reference.
    toJsonSchema: (refs: Parameters<typeof definition.toJsonSchema>[0]): JsonSchema => {
      const written = definition.toJsonSchema(refs)
      return '$ref' in written ? { ...written, ...words } : written
    },
  }
  const { default: _, defaultFactory: __, ...known } = schema.info
  const hasDefault = info.default !== undefined || info.defaultFactory !== undefined
  return carryKeys(
    schema,
    defineSchema(changed, { ...(hasDefault ? known : schema.info), ...info }),
  ) as Kind
}
