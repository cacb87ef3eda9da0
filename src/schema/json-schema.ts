import { SchemaDefinitionError } from './errors.ts'

/** A JSON Schema 2020-12 document or part of one. */
export type JsonSchema = { [keyword: string]: unknown }

/** Named object schemas met while a document is written; each is written once. */
export class JsonSchemaRefs {
  readonly definitions: Map<string, JsonSchema> = new Map()
  readonly #owners: Map<string, object> = new Map()
  readonly #prefix: string

  /** @param prefix - what stands before the name in `$ref`: `#/components/schemas/` */
  constructor(prefix = '#/$defs/') {
    this.#prefix = prefix
  }

  /**
   * A `$ref` to the named schema, which is written on first use.
   *
   * @throws {SchemaDefinitionError} if another schema has the same name
   */
  ref(name: string, owner: object, build: () => JsonSchema): JsonSchema {
    const known = this.#owners.get(name)
    if (known === undefined) {
      this.#owners.set(name, owner)
      this.definitions.set(name, {}) // holds the place: a recursive schema refers to itself
      this.definitions.set(name, build())
    } else if (known !== owner) {
      throw new SchemaDefinitionError(
        `Two different schemas are both named '${name}'; names of components must be unique`,
      )
    }
    return { $ref: `${this.#prefix}${encodeURIComponent(name)}` }
  }
}

/** `user_id` to `User Id`: the title FastAPI gives a field. */
export function titleOf(key: string): string {
  return key
    .replaceAll('_', ' ')
    .replaceAll(/(?<![A-Za-z])[a-z]/g, (letter) => letter.toUpperCase())
}
