import { rejectUnknownOptions } from '../core/options.ts'
import type { Emit } from './compile/emit.ts'
import { Tier } from './compile/tier.ts'
import { SchemaDefinitionError, SerializationError, ValidationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import { type JsonSchema, type JsonSchemaMode, JsonSchemaRefs } from './json-schema.ts'
import { listedSet } from './listed-set.ts'
import type { TextFields } from './objects/text-fields.ts'
import { type StandardProperties, standardProperties } from './standard-schema.ts'

/** Options with a default: the value may be left out by whoever sends it. */
export type HasDefault = { readonly default: unknown } | { readonly defaultFactory: unknown }

/** What can be said about any schema, for people and for OpenAPI. */
export interface SchemaInfo<Value> {
  /** Name for people; names the component when the schema is an object. */
  readonly title?: string
  readonly description?: string
  readonly examples?: readonly Value[]
  readonly deprecated?: boolean
  /** Used when the value is absent; copied for each use when it is an object or an array. */
  readonly default?: Value
  /** Makes the value to use when there is none: an id, the time. Not both this and `default`. */
  readonly defaultFactory?: () => Value
  /** The name on the wire, both ways, where it differs from the key of the object. */
  readonly alias?: string
  /** The name in requests, or several of which the first that is there counts. */
  readonly inputAlias?: string | readonly string[]
  /** The name in answers. */
  readonly outputAlias?: string
  /** Only answers have it; set by `readOnly`. @internal */
  readonly readOnly?: boolean
  /** Only requests have it; set by `writeOnly`. @internal */
  readonly writeOnly?: boolean
  /** Keywords added to the JSON Schema, over those that are made. */
  readonly jsonSchema?: JsonSchema
}

const INFO_OPTIONS: readonly string[] = [
  'title',
  'description',
  'examples',
  'deprecated',
  'default',
  'defaultFactory',
  'alias',
  'inputAlias',
  'outputAlias',
  'jsonSchema',
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
  /** Set by objects: their keys. */
  readonly fields?: { readonly [key: string]: Schema<unknown> }
  /** Set by objects: reads one whose keys are names of texts, as in a query string or a form. */
  readonly checkTextFields?: (source: TextFields, issues: Issues) => unknown
  /** Set by discriminated unions: the key that decides, and the member for each of its values. */
  readonly tags?: { readonly key: string; readonly table: ReadonlyMap<unknown, Schema<unknown>> }
}

/**
 * Describes values of type `Value`: validates them, reads them from text, writes them as JSON and
 * explains them as JSON Schema. Immutable; everything is prepared when it is created.
 */
export class Schema<out Value, out Sent = unknown> {
  /** Type only; never set. */
  declare readonly '~type': Value
  /**
   * What a client gives for it, with `undefined` if it may be left out; `unknown` for the value
   * itself. Type only; never set.
   */
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
    return this.info.default !== undefined || this.info.defaultFactory !== undefined
  }

  /** A fresh copy of the default, so that no request sees what another did to it. */
  makeDefault(): unknown {
    const value = this.info.default
    if (value === undefined) return this.info.defaultFactory?.()
    if (value instanceof Set) return listedSet(structuredClone(value))
    return typeof value === 'object' && value !== null && !Object.isFrozen(value)
      ? structuredClone(value)
      : value
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
   * @param refs - collects named schemas; without one they are under `$defs`, and `'output'` asks
   *   for what answers show: computed keys, no `writeOnly` ones
   * @param title - used if the schema has none of its own: FastAPI titles each field
   * @throws {SchemaDefinitionError} if two different objects have the same name
   */
  toJsonSchema(refs: JsonSchemaRefs | JsonSchemaMode = 'input', title?: string): JsonSchema {
    if (typeof refs === 'string') {
      const own = new JsonSchemaRefs()
      const document = this.toJsonSchema(refs === 'output' ? own.output : own, title)
      return own.definitions.size === 0
        ? document
        : { ...document, $defs: Object.fromEntries(own.definitions) }
    }
    const { info } = this
    const result: JsonSchema = { ...this.definition.toJsonSchema(refs) }
    if (info.default !== undefined && info.default !== null) {
      result['default'] = this.#writtenDefault()
    }
    if (info.deprecated !== undefined) result['deprecated'] = info.deprecated
    if ('$ref' in result) return { ...result, ...info.jsonSchema } // the component has the words
    const name = info.title ?? result['title'] ?? title
    if (name !== undefined) result['title'] = name
    if (info.description !== undefined) result['description'] = info.description
    if (info.examples !== undefined) result['examples'] = info.examples
    if (info.readOnly === true) result['readOnly'] = true
    if (info.writeOnly === true) result['writeOnly'] = true
    return { ...result, ...info.jsonSchema }
  }

  /** As it would stand in JSON: a `Date` or `Set` is not its own JSON value. */
  #writtenDefault(): unknown {
    try {
      return JSON.parse(this.write(this.info.default))
    } catch (error) {
      if (error instanceof SerializationError) return this.info.default
      throw error
    }
  }

  /** The Standard Schema v1 and Standard JSON Schema v1 faces, for libraries that accept any. */
  get '~standard'(): StandardProperties<Value, Sent> {
    return standardProperties(
      (input, issues) => this.tier.check(input, issues),
      (mode) => this.toJsonSchema(mode),
    )
  }
}

/** What a client gives, for a schema that says it (`unknown` says nothing) or does not. */
export type Sendable<Value, Sent> = unknown extends Sent ? Value : Sent

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
  checkInfo(definition.kind, info)
  if (info.default !== undefined) {
    const issues = new Issues()
    if (definition.check(info.default, issues) === INVALID) {
      const reason = issues.items[0]?.msg ?? 'does not fit'
      throw new SchemaDefinitionError(`The default of ${definition.kind} is invalid: ${reason}`)
    }
  }
  return new Schema<Value>(definition, info)
}

/** @throws {SchemaDefinitionError} on facts that contradict each other */
export function checkInfo(kind: string, info: SchemaInfo<unknown>): void {
  if (info.default !== undefined && info.defaultFactory !== undefined) {
    throw new SchemaDefinitionError(`${kind} has both a default and a defaultFactory`)
  }
  if (info.readOnly === true && info.writeOnly === true) {
    throw new SchemaDefinitionError(`${kind} is both readOnly and writeOnly: nobody would see it`)
  }
}
