import { OptionError } from '../core/errors.ts'
import { withCode } from './compile/emit.ts'
import { SchemaDefinitionError } from './errors.ts'
import { INVALID, type Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'
import { emitObjectCheck, emitObjectJson } from './object-code.ts'
import { type Field, writeFields } from './object-writer.ts'
import type { Computed } from './objects/computed.ts'
import { objectToJsonSchema } from './objects/object-json-schema.ts'
import { needsShape, shapedFunctions } from './objects/shaped-object.ts'
import { readTextFields } from './objects/text-fields.ts'
import type { OptionalSchema } from './optional.ts'
import { isPlainObject } from './record.ts'
import { checkSchemaOptions, type Infer, Schema, type SchemaInfo, type Sendable } from './schema.ts'

export type Fields = { readonly [key: string]: Schema<unknown> }

type OptionalKeys<Declared extends Fields> = {
  [Key in keyof Declared]: Declared[Key] extends OptionalSchema<unknown> ? Key : never
}[keyof Declared]

/** The static type of `object(fields)`. */
export type ObjectOf<Declared extends Fields> = {
  [Key in Exclude<keyof Declared, OptionalKeys<Declared>>]: Infer<Declared[Key]>
} & { [Key in OptionalKeys<Declared>]?: Infer<Declared[Key]> }

type SentOf<Field extends Schema<unknown>> = Sendable<Field['~type'], Field['~sent']>

/** What a client sends for `object(fields)`: keys with a default may be left out. */
export type SentObject<Declared extends Fields> = {
  readonly [Key in keyof Declared as undefined extends SentOf<Declared[Key]> ? never : Key]: SentOf<
    Declared[Key]
  >
} & {
  readonly [Key in keyof Declared as undefined extends SentOf<Declared[Key]>
    ? Key
    : never]?: SentOf<Declared[Key]>
}

export interface ObjectOptions<Value> extends SchemaInfo<Value> {
  /**
   * What to do with keys that are not declared: leave them out (the default), refuse them, or keep
   * them as they are, on the way in and on the way out.
   */
  readonly extra?: ExtraKeys
  /** Keys that only answers have, made by `computed` from the others. */
  readonly computed?: { readonly [key: string]: Computed<Value> }
}

/** What an object does with keys that are not declared. */
export type ExtraKeys = 'ignore' | 'forbid' | 'allow'

/** An object schema; `fields` serve to build others: `object({ ...User.fields, email: email() })`. */
export interface ObjectSchema<Declared extends Fields>
  extends Schema<ObjectOf<Declared>, SentObject<Declared>> {
  readonly fields: Declared
  /** What is done with keys that are not declared. */
  readonly extra: ExtraKeys
}

/**
 * An object with the declared keys. A `title` makes it a named component in OpenAPI.
 *
 * @throws {SchemaDefinitionError} if a key is `__proto__`
 * @throws {OptionError} on unknown options
 */
export function object<const Declared extends Fields>(
  fields: Declared,
  options: ObjectOptions<ObjectOf<Declared>> = {},
): ObjectSchema<Declared> {
  checkSchemaOptions('object', options, ['extra', 'computed'])
  const plan = planFields(fields)
  const extra = options.extra ?? 'ignore'
  if (!EXTRA.includes(extra)) {
    throw new OptionError('object().extra', extra, `one of ${EXTRA.join(', ')}`)
  }
  const isShaped = needsShape(Object.values(fields), options)
  const known = extra === 'forbid' ? new Set(plan.map((field) => field.key)) : undefined
  const schema: Schema<ObjectOf<Declared>> = new Schema<ObjectOf<Declared>>(
    {
      kind: options.title ?? 'object',
      check: withCode(
        (input: unknown, issues: Issues) => {
          if (!isPlainObject(input)) return refuse(input, issues)
          if (known === undefined) return checkFields(plan, input, issues)
          const hasExtra = reportExtra(known, input, issues)
          const value = checkFields(plan, input, issues)
          return hasExtra ? INVALID : value
        },
        (code, input) => emitObjectCheck(plan, known, code, input),
      ),
      checkText: refuse,
      write: withCode(
        (value: unknown) => writeFields(plan, value),
        (code, value) => emitObjectJson(plan, code, value),
      ),
      ...(isShaped ? shapedFunctions(fields, options) : undefined),
      fields,
      checkTextFields: (source, issues) => readTextFields(fields, options, source, issues),
      toJsonSchema: (refs) => {
        const build = (): JsonSchema => objectToJsonSchema(plan, options, refs)
        return options.title === undefined ? build() : refs.ref(options.title, schema, build)
      },
    },
    options,
  )
  return Object.assign(schema as Schema<ObjectOf<Declared>, SentObject<Declared>>, {
    fields,
    extra,
  })
}

const EXTRA: readonly ExtraKeys[] = ['ignore', 'forbid', 'allow']

function planFields(fields: Fields): Field[] {
  return Object.entries(fields).map(([key, schema]) => {
    if (!(schema instanceof Schema)) {
      throw new OptionError(`object().${key}`, schema, 'a schema; wrap others in standard()')
    }
    const { check, write, isOptional } = schema
    if (key === '__proto__') {
      throw new SchemaDefinitionError("An object schema cannot have a key named '__proto__'")
    }
    const label = `${JSON.stringify(key)}:`
    return {
      key,
      schema,
      check,
      write,
      isOptional,
      isInherited: key in {},
      label,
    }
  })
}

function refuse(input: unknown, issues: Issues): typeof INVALID {
  const message = 'Input should be a valid dictionary or object to extract fields from'
  return issues.add('model_attributes_type', message, input)
}

/** The input itself if it holds exactly what is declared: most requests are copied nowhere. */
function checkFields(
  plan: readonly Field[],
  input: Record<string, unknown>,
  issues: Issues,
): unknown {
  let copy: Record<string, unknown> | undefined
  let failed = false
  let present = 0
  for (let at = 0; at < plan.length; at++) {
    const field = plan[at]!
    const { key } = field
    const value = field.isInherited && !Object.hasOwn(input, key) ? undefined : input[key]
    let checked: unknown
    if (value !== undefined) {
      present++
      const from = issues.items.length
      checked = field.check(value, issues)
      if (checked === INVALID) issues.prefix(from, key)
    } else {
      if (field.schema.isOptional && !field.schema.hasDefault) continue
      checked = absent(field, input, issues)
    }
    if (checked === INVALID) {
      failed = true
    } else if (copy !== undefined) {
      copy[key] = checked
    } else if (checked !== value) {
      copy = copyDeclared(plan, at, input)
      copy[key] = checked
    }
  }
  if (failed) return INVALID
  if (copy !== undefined) return copy
  return present === countKeys(input) ? input : copyDeclared(plan, plan.length, input)
}

function absent(field: Field, input: unknown, issues: Issues): unknown {
  if (field.schema.hasDefault) return field.schema.makeDefault()
  const from = issues.items.length
  issues.add('missing', 'Field required', input)
  issues.prefix(from, field.key)
  return INVALID
}

function countKeys(input: object): number {
  let count = 0
  for (const _ in input) count++
  return count
}

function copyDeclared(
  plan: readonly Field[],
  end: number,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (let at = 0; at < end; at++) {
    const { key, isInherited } = plan[at]!
    const value = isInherited && !Object.hasOwn(input, key) ? undefined : input[key]
    if (value !== undefined) copy[key] = value
  }
  return copy
}

function reportExtra(
  known: ReadonlySet<string>,
  input: Record<string, unknown>,
  issues: Issues,
): boolean {
  let found = false
  for (const key of Object.keys(input)) {
    if (known.has(key)) continue
    const from = issues.items.length
    issues.add('extra_forbidden', 'Extra inputs are not permitted', input[key])
    issues.prefix(from, key)
    found = true
  }
  return found
}
