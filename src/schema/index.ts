export { unknown } from './any.ts'
export { type ArrayOptions, array } from './array.ts'
export { bool } from './bool.ts'
export type { Bounds } from './bounds.ts'
export type { Counts } from './counts.ts'
export {
  type DateOptions,
  type DatetimeOptions,
  date,
  datetime,
  localDatetime,
  time,
} from './date.ts'
export { SchemaDefinitionError, SerializationError, ValidationError } from './errors.ts'
export { email, type UuidOptions, uuid } from './formats.ts'
export { type IntOptions, int } from './int.ts'
export { INVALID, Issues, type Location, type ValidationIssue } from './issue.ts'
export {
  assertStrictJson,
  JsonParseError,
  parseJson,
  type StrictJsonOptions,
} from './json-parser.ts'
export { type JsonSchema, type JsonSchemaMode, JsonSchemaRefs, titleOf } from './json-schema.ts'
export { type BigintOptions, bigint } from './kinds/bigint.ts'
export { type BytesOptions, bytes } from './kinds/bytes.ts'
export { type DecimalOptions, decimal } from './kinds/decimal.ts'
export { discriminatedUnion } from './kinds/discriminated-union.ts'
export { type DurationOptions, duration } from './kinds/duration.ts'
export { type EnumValues, enumOf } from './kinds/enum-of.ts'
export { hostname } from './kinds/hostname.ts'
export { ip, ipv4, ipv4Network, ipv6, ipv6Network } from './kinds/ip.ts'
export { type KeyedRecordOptions, keyedRecord } from './kinds/keyed-record.ts'
export { lazy } from './kinds/lazy.ts'
export { type MapOptions, map } from './kinds/map.ts'
export { Secret, secret } from './kinds/secret.ts'
export { type SetOptions, set } from './kinds/set.ts'
export { type TupleOf, type TupleOptions, tuple } from './kinds/tuple.ts'
export { httpUrl, type UrlOptions, url } from './kinds/url.ts'
export { type LiteralValue, literal } from './literal.ts'
export { type Branded, brand } from './modifiers/brand.ts'
export { readOnly, writeOnly } from './modifiers/direction.ts'
export { meta } from './modifiers/meta.ts'
export { refine, type Verdict } from './modifiers/refine.ts'
export { Refusal, type RefusalOptions, refuse } from './modifiers/refusal.ts'
export { preprocess, transform } from './modifiers/transform.ts'
export { type NumOptions, num } from './num.ts'
export {
  type ExtraKeys,
  type Fields,
  type ObjectOf,
  type ObjectOptions,
  type ObjectSchema,
  object,
  type SentObject,
} from './object.ts'
export { type Computed, computed } from './objects/computed.ts'
export {
  type Extended,
  excludeUnset,
  extend,
  merge,
  omit,
  type PartialFields,
  partial,
  pick,
  type RequiredFields,
  required,
  type SetFields,
} from './objects/derive.ts'
export type { TextFields } from './objects/text-fields.ts'
export { inputNames, outputName } from './objects/wire-names.ts'
export { nullable, type OptionalSchema, optional } from './optional.ts'
export { record } from './record.ts'
export { type Infer, Schema, type SchemaInfo, type Write } from './schema.ts'
export { adoptSchema, standard } from './standard.ts'
export type {
  StandardIssue,
  StandardJsonSchema,
  StandardJsonSchemaOptions,
  StandardProperties,
  StandardResult,
  StandardSchema,
} from './standard-schema.ts'
export { type StrOptions, str } from './str.ts'
export { union } from './union.ts'
