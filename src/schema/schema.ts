import { rejectUnknownOptions } from '../core/options.ts'
import type { Emit } from './compile/emit.ts'
import { Tier } from './compile/tier.ts'
import { SchemaDefinitionError, ValidationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import { type JsonSchema, JsonSchemaRefs } from './json-schema.ts'
import { type StandardProperties, standardProperties } from './standard-schema.ts'

/** What can be said about any schema, for people and for OpenAPI. */
export interface SchemaInfo<Value> {
  /** Name for people; names the component when the schema is an object. */
  readonly title?: string
  readonly description?: string
  readonly examples?: readonly Value[]
  readonly deprecated?: boolean
  /** Used when the value is absent; copied for each use when it is an object or an array. */
  readonly default?: Value
}

const INFO_OPTIONS: readonly string[] = [
  'title',
  'description',
  'examples',
  'deprecated',
  'default',
]

/** Validates a JSON value: the value to use, or `INVALID` after reporting why. */
export interface Check {
  (input: unknown, issues: Issues): unknown
  /** @internal The same as code; without it the check is called. */
  readonly emit?: Emit
}
/** Validates and converts text from where the wire has only text: path, query, header, cookie. */
export type CheckText = (text: string, issues: Issues) => unknown
/** JSON text of a value, declared keys only. @throws {SerializationError} */
export interface Write {
  (value: unknown): string
  /** @internal Makes the value that `JSON.stringify` writes the same of, as code. */
  readonly emit?: Emit
}

/** How one kind of schema works; each builder supplies one. */
export interface SchemaDefinition {
  /** Short name of the kind, used in locations of union failures: `int`, `str`, `list`. */
  readonly kind: string
  readonly check: Check
  readonly checkText: CheckText
  readonly write: Write
  readonly toJsonSchema: (refs: JsonSchemaRefs) => JsonSchema
  /** Set by list schemas: a query or header of this schema collects repeated values. */
  readonly checkTexts?: (texts: readonly string[], issues: Issues) => unknown
  /** The key may be absent from an object. */
  readonly isOptional?: boolean
}

/**
 * Describes values of type `Value`: validates them, reads them from text, writes them as JSON and
 * explains them as JSON Schema. Immutable; everything is prepared when it is created.
 */
export class Schema<out Value, out Sent = Value> {
  /** Type only; never set. */
  declare readonly '~type': Value
  /** What a client gives for it, `undefined` if it may be left out. Type only; never set. */
  declare readonly '~sent': Sent
  readonly kind: string
  readonly info: SchemaInfo<unknown>
  readonly isOptional: boolean
  /** @internal */ readonly check: Check
  /** @internal */ readonly checkText: CheckText
  /** @internal */ readonly checkTexts: SchemaDefinition['checkTexts']
  /** @internal */ readonly write: Write
  /** @internal */ readonly definition: SchemaDefinition
  #tier: Tier | undefined

  /** @internal */
  constructor(definition: SchemaDefinition, info: SchemaInfo<unknown> = {}) {
    this.kind = definition.kind
    this.info = info
    this.isOptional = definition.isOptional === true
    this.check = definition.check
    this.checkText = definition.checkText
    this.checkTexts = definition.checkTexts
    this.write = definition.write
    this.definition = definition
  }

  get hasDefault(): boolean {
    return this.info.default !== undefined
  }

  /** A fresh copy of the default, so that no request sees what another did to it. */
  makeDefault(): unknown {
    const value = this.info.default
    return typeof value === 'object' && value !== null ? structuredClone(value) : value
  }

  /**
   * The value as this schema reads it; keys nobody declared are left out.
   *
   * @throws {ValidationError} with every failure, not only the first
   */
  parse(input: unknown): Value {
    const issues = new Issues()
    const value =
      input === undefined && this.hasDefault ? this.makeDefault() : this.tier.check(input, issues)
    if (value === INVALID) throw new ValidationError(issues.items)
    return value as Value
  }

  /** @internal Use it where whole values come in or go out; parts are part of its code. */
  get tier(): Tier {
    this.#tier ??= new Tier(this)
    return this.#tier
  }

  /**
   * The value as JSON, declared keys only.
   *
   * @throws {SerializationError} if the value does not fit, with the path to the part that does not
   */
  stringify(value: Value): string {
    return this.tier.write(value)
  }

  /**
   * JSON Schema 2020-12 of the values, as Pydantic writes it.
   *
   * @param refs - collects named objects; without one they are under `$defs`
   * @param title - used if the schema has none of its own: FastAPI titles each field
   * @throws {SchemaDefinitionError} if two different objects have the same name
   */
  toJsonSchema(refs?: JsonSchemaRefs, title?: string): JsonSchema {
    if (refs === undefined) {
      const own = new JsonSchemaRefs()
      const document = this.toJsonSchema(own, title)
      return own.definitions.size === 0
        ? document
        : { ...document, $defs: Object.fromEntries(own.definitions) }
    }
    const { info } = this
    const result: JsonSchema = { ...this.definition.toJsonSchema(refs) }
    if (info.default !== undefined) result['default'] = info.default
    if (info.deprecated !== undefined) result['deprecated'] = info.deprecated
    if ('$ref' in result) return result // the component itself carries the words
    const name = info.title ?? result['title'] ?? title
    if (name !== undefined) result['title'] = name
    if (info.description !== undefined) result['description'] = info.description
    if (info.examples !== undefined) result['examples'] = info.examples
    return result
  }

  /** The Standard Schema v1 face, for libraries that accept any validator. */
  get '~standard'(): StandardProperties<Value> {
    return standardProperties((input, issues) => this.tier.check(input, issues))
  }
}

/** The static type of a schema's values. */
export type Infer<Declared extends Schema<unknown>> = Declared['~type']

/**
 * Refuses unknown and impossible options of a builder while the schema is declared.
 *
 * @throws {OptionError} `CORE_OPTION`
 */
export function checkSchemaOptions(
  builder: string,
  options: object | undefined,
  known: readonly string[],
): void {
  rejectUnknownOptions(`${builder}()`, options, [...known, ...INFO_OPTIONS])
}

/** A schema whose default is itself checked, so that a wrong default fails at start. */
export function defineSchema<Value>(
  definition: SchemaDefinition,
  info: SchemaInfo<unknown> = {},
): Schema<Value> {
  if (info.default !== undefined) {
    const issues = new Issues()
    if (definition.check(info.default, issues) === INVALID) {
      const reason = issues.items[0]?.msg ?? 'does not fit'
      throw new SchemaDefinitionError(`The default of ${definition.kind} is invalid: ${reason}`)
    }
  }
  return new Schema<Value>(definition, info)
}
