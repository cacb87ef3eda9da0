import { OptionError } from '../../core/errors.ts'
import { SchemaDefinitionError, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { type JsonSchema, JsonSchemaRefs } from '../json-schema.ts'
import { isPlainObject } from '../record.ts'
import { checkSchemaOptions, type Infer, Schema, type SchemaInfo } from '../schema.ts'

type Members = readonly Schema<{ readonly [key: string]: unknown }>[]

/** A member with the values of the tag that lead to it. */
type Table = ReadonlyMap<unknown, Schema<unknown>>

/**
 * Objects that say by one key which of several kinds they are: only that member is tried, whatever
 * the number of members, and its failures are the only ones reported.
 *
 * Each member has a `literal` or `enumOf` under that key; a member may be such a union itself.
 *
 * @param key - the key that all members have: `type`
 * @throws {SchemaDefinitionError} if a member has no such key, or two have the same value
 * @throws {OptionError} on fewer than two members, or unknown options
 */
export function discriminatedUnion<const All extends Members>(
  key: string,
  members: All,
  options: SchemaInfo<Infer<All[number]>> = {},
): Schema<Infer<All[number]>> {
  checkSchemaOptions('discriminatedUnion', options, [])
  if (members.length < 2) throw new OptionError('discriminatedUnion()', members, 'two or more')
  const table = tableOf(key, members)
  const tags = [...table.keys()]
  const expected = tags.map((tag) => `'${String(tag)}'`).join(', ')
  return new Schema<Infer<All[number]>>(
    {
      kind: options.title ?? 'union',
      check: (input, issues) => {
        if (!isPlainObject(input)) {
          const message = 'Input should be a valid dictionary or object to extract fields from'
          return issues.add('model_attributes_type', message, input)
        }
        const tag = Object.hasOwn(input, key) ? input[key] : undefined
        const member = table.get(tag)
        if (member === undefined) return refuseTag(key, tag, expected, input, issues)
        const from = issues.items.length
        const value = member.check(input, issues)
        if (value === INVALID) issues.prefix(from, String(tag))
        return value
      },
      checkText: (text, issues) => members[0]!.checkText(text, issues),
      write: (value) => {
        if (!isPlainObject(value)) throw new SerializationError('is not an object')
        const member = table.get(value[key])
        if (member !== undefined) return member.write(value)
        throw new SerializationError(`has no ${key} of ${expected}`)
      },
      toJsonSchema: (refs) => describe(key, members, table, refs),
      tags: { key, table },
    },
    options,
  )
}

function tableOf(key: string, members: Members): Table {
  const table = new Map<unknown, Schema<unknown>>()
  for (const member of members) {
    const values = tagsOf(key, member)
    if (values === undefined || values.length === 0) {
      throw new SchemaDefinitionError(
        `A member of discriminatedUnion('${key}') has no literal or enumOf under that key`,
      )
    }
    for (const value of values) {
      if (table.has(value)) {
        throw new SchemaDefinitionError(
          `Two members of discriminatedUnion('${key}') have the tag ${JSON.stringify(value)}`,
        )
      }
      table.set(value, member)
    }
  }
  return table
}

/** The values the member's key may have. */
function tagsOf(key: string, member: Schema<unknown>): readonly unknown[] | undefined {
  const { tags } = member.definition
  if (tags !== undefined) return tags.key === key ? [...tags.table.keys()] : undefined
  const field = member.definition.fields?.[key]
  if (field === undefined) return undefined
  const refs = new JsonSchemaRefs()
  const written = field.toJsonSchema(refs)
  const [component] = refs.definitions.values() // of an enum with a title
  const { const: single, enum: several } = component ?? written
  return single === undefined ? (several as readonly unknown[] | undefined) : [single]
}

function refuseTag(
  key: string,
  tag: unknown,
  expected: string,
  input: unknown,
  issues: Issues,
): typeof INVALID {
  const discriminator = `'${key}'`
  if (tag === undefined) {
    const message = `Unable to extract tag using discriminator ${discriminator}`
    return issues.add('union_tag_not_found', message, input, { discriminator })
  }
  const found = tagText(tag)
  const message = `Input tag '${found}' found using ${discriminator} does not match any of the expected tags: ${expected}`
  const ctx = { discriminator, tag: found, expected_tags: expected }
  return issues.add('union_tag_invalid', message, input, ctx)
}

function tagText(tag: unknown): string {
  if (tag === null) return 'None'
  return typeof tag === 'string' ? tag : JSON.stringify(tag).slice(0, MAX_TAG_LENGTH)
}

/** Of a tag that is shown; one that is an object could be as large as the body. */
const MAX_TAG_LENGTH = 100

function describe(key: string, members: Members, table: Table, refs: JsonSchemaRefs): JsonSchema {
  const schemas = new Map(members.map((member) => [member, member.toJsonSchema(refs)] as const))
  const mapping: Record<string, unknown> = {}
  for (const [tag, member] of table) {
    const { $ref } = schemas.get(member as Members[number]) ?? {}
    if ($ref !== undefined) mapping[String(tag)] = $ref
  }
  return {
    oneOf: [...schemas.values()],
    discriminator: {
      ...(Object.keys(mapping).length === 0 ? undefined : { mapping }),
      propertyName: key,
    },
  }
}
