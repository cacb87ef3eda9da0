export { unknown } from './any.ts'
export { type ArrayOptions, array } from './array.ts'
export { bool } from './bool.ts'
export type { Bounds } from './bounds.ts'
export { date, datetime } from './date.ts'
export { SchemaDefinitionError, SerializationError, ValidationError } from './errors.ts'
export { email, uuid } from './formats.ts'
export { type IntOptions, int } from './int.ts'
export { INVALID, Issues, type Location, type ValidationIssue } from './issue.ts'
export { JsonParseError, parseJson } from './json-parser.ts'
export { type JsonSchema, JsonSchemaRefs, titleOf } from './json-schema.ts'
export { type LiteralValue, literal } from './literal.ts'
export { type NumOptions, num } from './num.ts'
export {
  type Fields,
  type ObjectOf,
  type ObjectOptions,
  type ObjectSchema,
  object,
} from './object.ts'
export { nullable, type OptionalSchema, optional } from './optional.ts'
export { record } from './record.ts'
export { type Infer, Schema, type SchemaInfo, type Write } from './schema.ts'
export { standard } from './standard.ts'
export type {
  StandardIssue,
  StandardProperties,
  StandardResult,
  StandardSchema,
} from './standard-schema.ts'
export { type StrOptions, str } from './str.ts'
export { union } from './union.ts'
