import { SchemaDefinitionError } from './errors.ts'

/** A JSON Schema 2020-12 document or part of one. */
export type JsonSchema = { [keyword: string]: unknown }

/** What is described: what clients send, or what they get. */
export type JsonSchemaMode = 'input' | 'output'

/** Named schemas met while a document is written; each is written once per mode. */
export class JsonSchemaRefs {
  readonly mode: JsonSchemaMode
  readonly definitions: Map<string, JsonSchema>
  readonly #owners: Map<string, object>
  readonly #built: Record<JsonSchemaMode, Map<string, JsonSchema>>
  readonly #prefix: string
  readonly #split: ReadonlySet<string>
  #output: JsonSchemaRefs | undefined

  /**
   * @param prefix - what stands before the name in `$ref`: `#/components/schemas/`
   * @param split - the {@link splits} of an earlier run over the same schemas
   * @param input - set for the output side of those references
   */
  constructor(prefix = '#/$defs/', split: ReadonlySet<string> = new Set(), input?: JsonSchemaRefs) {
    this.#prefix = prefix
    this.#split = split
    this.mode = input === undefined ? 'input' : 'output'
    this.definitions = input?.definitions ?? new Map()
    this.#owners = input === undefined ? new Map() : input.#owners
    this.#built = input === undefined ? { input: new Map(), output: new Map() } : input.#built
  }

  /** The same components as answers show them; `this` for what is there already. */
  get output(): JsonSchemaRefs {
    if (this.mode === 'output') return this
    this.#output ??= new JsonSchemaRefs(this.#prefix, this.#split, this)
    return this.#output
  }

  /**
   * A `$ref` to the named schema, which is written on first use.
   *
   * @throws {SchemaDefinitionError} if another schema has the same name
   */
  ref(name: string, owner: object, build: () => JsonSchema): JsonSchema {
    const known = this.#owners.get(name)
    if (known !== undefined && known !== owner) {
      throw new SchemaDefinitionError(
        `Two different schemas are both named '${name}'; names of components must be unique`,
      )
    }
    this.#owners.set(name, owner)
    const component = this.#split.has(name) ? `${name}-${SUFFIX[this.mode]}` : name
    const built = this.#built[this.mode]
    if (!built.has(name)) {
      built.set(name, {}) // holds the place: a recursive schema refers to itself
      if (!this.definitions.has(component)) this.definitions.set(component, {})
      const definition = build()
      built.set(name, definition)
      if (component !== name || this.#other.get(name) === undefined) {
        this.definitions.set(component, definition)
      }
    }
    return { $ref: this.#pointer(component) }
  }

  /** `name`, with a number after it if another schema has that name. */
  freeName(name: string, owner: object): string {
    for (let count = 1; ; count++) {
      const tried = count === 1 ? name : `${name}${count}`
      const known = this.#owners.get(tried)
      if (known === undefined || known === owner) return tried
    }
  }

  /**
   * Names that mean one thing in requests and another in answers, directly or through what they
   * refer to. If there are any, the document is to be written anew with them.
   */
  get splits(): ReadonlySet<string> {
    const { input, output } = this.#built
    const both = [...input.keys()].filter((name) => output.has(name))
    const texts = new Map(both.map((name) => [name, JSON.stringify(input.get(name))]))
    const found = new Set(both.filter((n) => texts.get(n) !== JSON.stringify(output.get(n))))
    for (let before = -1; before < found.size; ) {
      before = found.size
      const pointers = [...found].map((name) => JSON.stringify({ $ref: this.#pointer(name) }))
      const inner = pointers.map((text) => text.slice(1, -1))
      for (const [name, text] of texts) {
        if (inner.some((pointer) => text.includes(pointer))) found.add(name)
      }
    }
    return found
  }

  get #other(): ReadonlyMap<string, JsonSchema> {
    return this.#built[this.mode === 'input' ? 'output' : 'input']
  }

  #pointer(component: string): string {
    return `${this.#prefix}${encodeURIComponent(component)}`
  }
}

const SUFFIX: Readonly<Record<JsonSchemaMode, string>> = { input: 'Input', output: 'Output' }

/** `user_id` to `User Id`: the title FastAPI gives a field. */
export function titleOf(key: string): string {
  return key
    .replaceAll('_', ' ')
    .replaceAll(/(?<![A-Za-z])[a-z]/g, (letter) => letter.toUpperCase())
}
