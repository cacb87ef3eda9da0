import { OptionError } from '../../core/errors.ts'
import { SerializationError } from '../errors.ts'
import type { JsonSchema } from '../json-schema.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from '../schema.ts'
import { listExpected } from '../text.ts'

/** The values of an enum: a list, or an object such as `{ Red: 'red', Blue: 'blue' } as const`. */
export type EnumValues<Value extends string | number> =
  | readonly Value[]
  | { readonly [name: string]: Value }

/**
 * One of several texts or numbers that have a name in common: FastAPI's `Enum` classes. A `title`
 * makes it a named component in OpenAPI; without one it is written where it stands.
 *
 * @throws {OptionError} without values, with one twice, or with unknown options
 */
export function enumOf<const Value extends string | number>(
  values: EnumValues<Value>,
  options: SchemaInfo<NoInfer<Value>> & HasDefault,
): Schema<Value, Value | undefined>
export function enumOf<const Value extends string | number>(
  values: EnumValues<Value>,
  options?: SchemaInfo<NoInfer<Value>>,
): Schema<Value>
export function enumOf<const Value extends string | number>(
  values: EnumValues<Value>,
  options: SchemaInfo<NoInfer<Value>> = {},
): Schema<Value> {
  checkSchemaOptions('enumOf', options, [])
  const list: readonly Value[] = Array.isArray(values) ? values : Object.values(values)
  assertValues(list)
  const known: ReadonlySet<unknown> = new Set(list)
  const spelled = new Map(list.map((value) => [String(value), value]))
  const expected = listExpected(list)
  const message = `Input should be ${expected}`
  const schema: Schema<Value> = defineSchema<Value>(
    {
      kind: options.title ?? 'enum',
      check: (input, issues) =>
        known.has(input) ? input : issues.add('enum', message, input, { expected }),
      checkText: (text, issues) =>
        spelled.get(text) ?? issues.add('enum', message, text, { expected }),
      write: (value) => {
        if (known.has(value)) return JSON.stringify(value)
        throw new SerializationError(`is not ${expected}`)
      },
      toJsonSchema: (refs) => {
        const build = (): JsonSchema => enumToJsonSchema(list, options)
        return options.title === undefined ? build() : refs.ref(options.title, schema, build)
      },
    },
    options,
  )
  return schema
}

function assertValues(list: readonly unknown[]): void {
  if (list.length === 0 || new Set(list.map(String)).size !== list.length) {
    throw new OptionError('enumOf()', list, 'at least one value, and each only once')
  }
  for (const value of list) {
    if (typeof value === 'string' || Number.isFinite(value)) continue
    throw new OptionError('enumOf()', value, 'texts or finite numbers')
  }
}

function enumToJsonSchema(
  values: readonly (string | number)[],
  { title, description }: SchemaInfo<unknown>,
): JsonSchema {
  const types = new Set(
    values.map((value) => (typeof value === 'string' ? 'string' : typeOf(value))),
  )
  const [type] = types
  return {
    ...(types.size === 1 ? { type } : undefined),
    enum: values,
    ...(title === undefined ? undefined : { title }),
    ...(description === undefined ? undefined : { description }),
  }
}

function typeOf(value: number): string {
  return Number.isInteger(value) ? 'integer' : 'number'
}
