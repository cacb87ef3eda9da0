import type { JsonSchema, JsonSchemaRefs } from './json-schema.ts'
import type { StandardProperties } from './standard-schema.ts'

/** Which schemas of which library stand for which component; the same in both modes. */
const OWNERS = new WeakMap<object, Map<string, object>>()

/**
 * What another library says of its schema, made part of our document: its `$defs` and, if it has a
 * title or refers to itself, the schema become components.
 *
 * @param owner - the schema
 * @returns `{}` if the library cannot say
 */
export function foreignJsonSchema(
  owner: object,
  { vendor, jsonSchema }: StandardProperties<unknown>,
  refs: JsonSchemaRefs,
): JsonSchema {
  if (jsonSchema === undefined) return {}
  const { $schema: _, $defs, ...root } = jsonSchema[refs.mode]({ target: 'draft-2020-12' })
  const definitions = ($defs ?? {}) as Readonly<Record<string, JsonSchema>>
  const owners = OWNERS.get(owner) ?? new Map<string, object>()
  OWNERS.set(owner, owners)
  const ownerOf = (name: string): object => {
    const known = owners.get(name) ?? {}
    owners.set(name, known)
    return known
  }
  const title = typeof root['title'] === 'string' ? root['title'] : vendor
  const toComponent = (name: string): JsonSchema => {
    const holder = name === '' ? owner : ownerOf(name)
    const definition = name === '' ? root : (definitions[name] ?? {})
    return refs.ref(refs.freeName(name === '' ? title : name, holder), holder, () =>
      rewrite(definition, toComponent),
    )
  }
  const isNamed = root['title'] !== undefined && root['type'] === 'object'
  return isNamed || refersToRoot(root, definitions) ? toComponent('') : rewrite(root, toComponent)
}

function refersToRoot(...documents: readonly JsonSchema[]): boolean {
  return JSON.stringify(documents).includes('"$ref":"#"')
}

/** Leads references within the document to the components that stand for them. */
function rewrite(schema: JsonSchema, toComponent: (name: string) => JsonSchema): JsonSchema {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change)
    if (typeof value !== 'object' || value === null) return value
    const name = definitionName((value as JsonSchema)['$ref'])
    const entries = Object.entries(value).filter(([key]) => name === undefined || key !== '$ref')
    const rest = Object.fromEntries(entries.map(([key, item]) => [key, change(item)]))
    return name === undefined ? rest : { ...toComponent(name), ...rest }
  }
  return change(schema) as JsonSchema
}

/** `''` for the document itself; undefined if it is no reference to a definition. */
function definitionName(reference: unknown): string | undefined {
  if (reference === '#') return ''
  if (typeof reference !== 'string') return undefined
  const escaped = /^#\/\$defs\/(.+)$/.exec(reference)?.[1]
  if (escaped === undefined) return undefined
  return decodeURIComponent(escaped).replaceAll('~1', '/').replaceAll('~0', '~')
}
