import { OptionError } from '../../core/errors.ts'
import { carryKeys } from '../modifiers/rebuild.ts'
import {
  type Fields,
  type ObjectOf,
  type ObjectOptions,
  type ObjectSchema,
  object,
} from '../object.ts'
import { type OptionalSchema, optional } from '../optional.ts'
import { type Infer, Schema } from '../schema.ts'

/** `Declared` with the keys of `Added` in place of or beside its own. */
export type Extended<Declared extends Fields, Added extends Fields> = Omit<Declared, keyof Added> &
  Added

/** Each key of `Declared` may be absent. */
export type PartialFields<Declared extends Fields> = {
  readonly [Key in keyof Declared]: OptionalSchema<Infer<Declared[Key]> | undefined>
}

/** Each key of `Declared` may be absent, but none is there and undefined. */
export type SetFields<Declared extends Fields> = {
  readonly [Key in keyof Declared]: OptionalSchema<Infer<Declared[Key]>>
}

/** No key of `Declared` may be absent. */
export type RequiredFields<Declared extends Fields> = {
  readonly [Key in keyof Declared]: Schema<Exclude<Infer<Declared[Key]>, undefined>>
}

/**
 * The object with some of its keys only.
 *
 * @param options - of the new object: neither name nor other options of the old one hold for it,
 *   apart from `extra`
 * @throws {OptionError} on a key that the object does not have
 */
export function pick<Declared extends Fields, const Key extends keyof Declared & string>(
  schema: ObjectSchema<Declared>,
  keys: readonly Key[],
  options?: ObjectOptions<ObjectOf<Pick<Declared, Key>>>,
): ObjectSchema<Pick<Declared, Key>> {
  assertKeys('pick', schema, keys)
  const entries = keys.map((key) => [key, schema.fields[key]] as const)
  return derived(schema, Object.fromEntries(entries) as Pick<Declared, Key>, options)
}

/**
 * The object without some of its keys.
 *
 * @param options - as for {@link pick}
 * @throws {OptionError} on a key that the object does not have
 */
export function omit<Declared extends Fields, const Key extends keyof Declared & string>(
  schema: ObjectSchema<Declared>,
  keys: readonly Key[],
  options?: ObjectOptions<ObjectOf<Omit<Declared, Key>>>,
): ObjectSchema<Omit<Declared, Key>> {
  assertKeys('omit', schema, keys)
  const left = Object.entries(schema.fields).filter(([key]) => !keys.includes(key as Key))
  return derived(schema, Object.fromEntries(left) as Omit<Declared, Key>, options)
}

/**
 * The object with more keys, or with other schemas for some: inheritance of Pydantic's models.
 *
 * @param options - as for {@link pick}
 */
export function extend<Declared extends Fields, const Added extends Fields>(
  schema: ObjectSchema<Declared>,
  fields: Added,
  options?: ObjectOptions<ObjectOf<Extended<Declared, Added>>>,
): ObjectSchema<Extended<Declared, Added>> {
  assertObject('extend', schema)
  return derived(schema, { ...schema.fields, ...fields }, options)
}

/**
 * The keys of two objects; where both have one, that of the second counts.
 *
 * @param options - as for {@link pick}
 */
export function merge<First extends Fields, Second extends Fields>(
  first: ObjectSchema<First>,
  second: ObjectSchema<Second>,
  options?: ObjectOptions<ObjectOf<Extended<First, Second>>>,
): ObjectSchema<Extended<First, Second>> {
  assertObject('merge', second)
  return extend(first, second.fields, options)
}

/**
 * The object with keys that may all be absent, for a PATCH. Defaults do not hold: what is absent
 * stays absent, so that it is not changed.
 *
 * @param options - as for {@link pick}
 */
export function partial<Declared extends Fields>(
  schema: ObjectSchema<Declared>,
  options?: ObjectOptions<ObjectOf<PartialFields<Declared>>>,
): ObjectSchema<PartialFields<Declared>> {
  assertObject('partial', schema)
  const fields = mapFields(schema.fields, (field) => optional(withoutDefault(field)))
  return derived(schema, fields as PartialFields<Declared>, options)
}

/**
 * The same object without the keys that were not set: nothing puts in defaults, neither where it is
 * read nor where it is written. As a body it has only what was sent, for a PATCH; in `out`, only what
 * the handler gave leaves. Documents show the object itself, defaults included.
 *
 * Types do not say which keys have defaults: to TypeScript all may be absent, and those without a
 * default are checked for when a value is read or written.
 *
 * @throws {OptionError} for what `object()` did not make
 */
export function excludeUnset<Declared extends Fields>(
  schema: ObjectSchema<Declared>,
): ObjectSchema<SetFields<Declared>> {
  assertObject('excludeUnset', schema)
  const fields = mapFields(schema.fields, (field) =>
    field.hasDefault ? optional(withoutDefault(field)) : field,
  )
  const sparse = derived(schema, fields)
  const { kind, toJsonSchema } = schema.definition
  const same = new Schema({ ...sparse.definition, kind, toJsonSchema }, schema.info)
  return carryKeys(schema, same) as unknown as ObjectSchema<SetFields<Declared>>
}

/**
 * The object with keys that must all be there, defaults or not.
 *
 * @param options - as for {@link pick}
 */
export function required<Declared extends Fields>(
  schema: ObjectSchema<Declared>,
  options?: ObjectOptions<ObjectOf<RequiredFields<Declared>>>,
): ObjectSchema<RequiredFields<Declared>> {
  assertObject('required', schema)
  const fields = mapFields(schema.fields, (field) => {
    const { definition, info } = withoutDefault(field)
    return new Schema({ ...definition, isOptional: false }, info)
  })
  return derived(schema, fields as RequiredFields<Declared>, options)
}

function withoutDefault({ definition, info }: Schema<unknown>): Schema<unknown> {
  const { default: _, defaultFactory: __, ...words } = info
  return new Schema(definition, words)
}

function mapFields(fields: Fields, change: (field: Schema<unknown>) => Schema<unknown>): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, change(field)]))
}

function derived<Declared extends Fields>(
  { extra }: { readonly extra: ObjectOptions<unknown>['extra'] },
  fields: Declared,
  options: ObjectOptions<ObjectOf<Declared>> = {},
): ObjectSchema<Declared> {
  return object(fields, extra === undefined ? options : { extra, ...options })
}

function assertObject(builder: string, schema: ObjectSchema<Fields>): void {
  if (schema instanceof Schema && 'fields' in schema) return
  throw new OptionError(`${builder}()`, schema, 'a schema made by object()')
}

function assertKeys(builder: string, schema: ObjectSchema<Fields>, keys: readonly string[]): void {
  assertObject(builder, schema)
  for (const key of keys) {
    if (Object.hasOwn(schema.fields, key)) continue
    const known = Object.keys(schema.fields).join(', ')
    throw new OptionError(`${builder}() key`, key, `one of ${known}`)
  }
}
