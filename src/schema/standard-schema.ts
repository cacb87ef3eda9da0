import { OptionError } from '../core/errors.ts'
import { INVALID, Issues } from './issue.ts'
import type { JsonSchema, JsonSchemaMode } from './json-schema.ts'

/** @see Standard Schema v1, https://standardschema.dev */
export interface StandardProperties<out Output, out Input = unknown> {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  readonly types?: { readonly input: Input; readonly output: Output } | undefined
  /** The Standard JSON Schema v1 face, where the library has one. */
  readonly jsonSchema?: StandardJsonSchema
}

/** @see Standard JSON Schema v1, https://standardschema.dev/json-schema */
export interface StandardJsonSchema {
  /** Of what is validated. */
  readonly input: (options: StandardJsonSchemaOptions) => Record<string, unknown>
  /** Of what validation gives. */
  readonly output: (options: StandardJsonSchemaOptions) => Record<string, unknown>
}

export interface StandardJsonSchemaOptions {
  /** Version of JSON Schema: `draft-2020-12`. */
  readonly target: string
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Any validator that follows Standard Schema v1: ours, zod, valibot, arktype. */
export interface StandardSchema<out Output, out Input = unknown> {
  readonly '~standard': StandardProperties<Output, Input>
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The Standard Schema v1 and Standard JSON Schema v1 faces of a schema of ours. */
export function standardProperties<Value, Sent>(
  check: (input: unknown, issues: Issues) => unknown,
  describe: (mode: JsonSchemaMode) => JsonSchema,
): StandardProperties<Value, Sent> & { readonly jsonSchema: StandardJsonSchema } {
  const jsonSchema = (mode: JsonSchemaMode) => (options: StandardJsonSchemaOptions) => {
    if (options.target !== 'draft-2020-12') {
      throw new OptionError('~standard.jsonSchema target', options.target, "'draft-2020-12'")
    }
    return { $schema: DIALECT, ...describe(mode) }
  }
  return {
    version: 1,
    vendor: 'fasterapi',
    validate: (input) => {
      const issues = new Issues()
      const value = check(input, issues)
      if (value !== INVALID) return { value: value as Value }
      return { issues: issues.items.map(({ msg, loc }) => ({ message: msg, path: loc })) }
    },
    jsonSchema: { input: jsonSchema('input'), output: jsonSchema('output') },
  }
}
