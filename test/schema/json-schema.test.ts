import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  bool,
  datetime,
  email,
  int,
  JsonSchemaRefs,
  literal,
  nullable,
  num,
  object,
  optional,
  record,
  str,
  union,
  unknown,
  uuid,
} from '../../src/schema/index.ts'

describe('toJsonSchema', () => {
  it('writes what Pydantic writes', () => {
    const schema = object(
      {
        user_id: int({ min: 1, below: 9 }),
        price: num({ above: 0, multipleOf: 0.5 }),
        name: str({
          minLength: 1,
          maxLength: 9,
          pattern: '^a',
          description: 'Who',
          examples: ['a'],
        }),
        kind: literal('a', 'b'),
        one: literal(1),
        tags: array(str(), { minItems: 1, maxItems: 3 }),
        counts: record(int()),
        either: union(int(), str()),
        note: optional(nullable(str())),
        on: bool({ default: false, deprecated: true }),
        id: uuid(),
        mail: email({ title: 'E-mail' }),
        at: datetime(),
        any: unknown(),
      },
      { extra: 'forbid' },
    )
    assert.deepEqual(schema.toJsonSchema(), {
      type: 'object',
      additionalProperties: false,
      required: [
        'user_id',
        'price',
        'name',
        'kind',
        'one',
        'tags',
        'counts',
        'either',
        'id',
        'mail',
        'at',
        'any',
      ],
      properties: {
        user_id: { type: 'integer', minimum: 1, exclusiveMaximum: 9, title: 'User Id' },
        price: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.5, title: 'Price' },
        name: {
          type: 'string',
          minLength: 1,
          maxLength: 9,
          pattern: '^a',
          title: 'Name',
          description: 'Who',
          examples: ['a'],
        },
        kind: { type: 'string', enum: ['a', 'b'], title: 'Kind' },
        one: { type: 'integer', const: 1, title: 'One' },
        tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3, title: 'Tags' },
        counts: { type: 'object', additionalProperties: { type: 'integer' }, title: 'Counts' },
        either: { anyOf: [{ type: 'integer' }, { type: 'string' }], title: 'Either' },
        note: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Note' },
        on: { type: 'boolean', default: false, deprecated: true, title: 'On' },
        id: { type: 'string', format: 'uuid', title: 'Id' },
        mail: { type: 'string', format: 'email', title: 'E-mail' },
        at: { type: 'string', format: 'date-time', title: 'At' },
        any: { title: 'Any' },
      },
    })
  })

  it('writes a named object once and refers to it', () => {
    const Item = object({ a: int() }, { title: 'Item', description: 'A thing' })
    const refs = new JsonSchemaRefs('#/components/schemas/')
    const list = array(Item).toJsonSchema(refs)
    assert.deepEqual(list, { type: 'array', items: { $ref: '#/components/schemas/Item' } })
    assert.deepEqual(Item.toJsonSchema(refs), { $ref: '#/components/schemas/Item' })
    assert.deepEqual(
      [...refs.definitions],
      [
        [
          'Item',
          {
            properties: { a: { type: 'integer', title: 'A' } },
            type: 'object',
            required: ['a'],
            title: 'Item',
            description: 'A thing',
          },
        ],
      ],
    )
  })

  it('is complete on its own', () => {
    const Item = object({ a: int() }, { title: 'Item' })
    const document = array(Item).toJsonSchema()
    assert.deepEqual(document['items'], { $ref: '#/$defs/Item' })
    assert.ok(Object.hasOwn(document['$defs'] as object, 'Item'))
  })

  it('titles no key that only refers to a component, nullable or not', () => {
    const Item = object({ a: int() }, { title: 'Item' })
    const Basket = object({
      item: nullable(Item),
      items: nullable(array(Item)),
      named: nullable(Item, { title: 'Own' }),
    })
    const properties = Basket.toJsonSchema()['properties'] as Record<string, { title?: string }>
    const titles = Object.entries(properties).map(([key, { title }]) => [key, title])
    assert.deepEqual(titles, [
      ['item', undefined],
      ['items', 'Items'],
      ['named', 'Own'],
    ])
  })

  it('refuses two objects of one name', () => {
    const refs = new JsonSchemaRefs()
    object({ a: int() }, { title: 'Same' }).toJsonSchema(refs)
    assert.throws(() => object({ b: int() }, { title: 'Same' }).toJsonSchema(refs), {
      code: 'SCHEMA_DEFINITION',
    })
  })

  it('titles what may be null, but for a component, which has a title', () => {
    const Image = object({ url: str() }, { title: 'Image' })
    const image = nullable(Image, { default: null })
    const schema = object({
      image,
      images: nullable(array(Image)),
      own: nullable(Image, { title: 'Mine' }),
    })
    const $ref = '#/$defs/Image'
    const { properties } = schema.toJsonSchema() as { properties: unknown }
    assert.deepEqual(properties, {
      image: { anyOf: [{ $ref }, { type: 'null' }] },
      images: { anyOf: [{ type: 'array', items: { $ref } }, { type: 'null' }], title: 'Images' },
      own: { anyOf: [{ $ref }, { type: 'null' }], title: 'Mine' },
    })
  })
})
