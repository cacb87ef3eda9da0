import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { App, body, query } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import {
  adoptSchema,
  array,
  int,
  JsonSchemaRefs,
  object,
  SchemaDefinitionError,
  type StandardSchema,
  standard,
  str,
} from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { issuesOf } from './support.ts'

interface Person {
  readonly name: string
  readonly age?: number | undefined
}

interface Content {
  readonly schema: {
    readonly properties: Record<string, { readonly type: string }>
    readonly required: readonly string[]
  }
}

/** The same model in each library. */
const PEOPLE: Readonly<Record<string, StandardSchema<Person>>> = {
  zod: z.object({ name: z.string(), age: z.number().int().optional() }),
  valibot: toStandardJsonSchema(
    v.object({ name: v.string(), age: v.optional(v.pipe(v.number(), v.integer())) }),
  ),
  arktype: type({ '+': 'delete', name: 'string', 'age?': 'number.integer' }),
}

describe('adoptSchema', () => {
  for (const [name, Person] of Object.entries(PEOPLE)) {
    describe(name, () => {
      const app = new App()
      app.post('/people', { in: { person: body(Person) }, out: { 201: Person } }, ({ person }) => ({
        ...person,
        secret: 'never leaves',
      }))
      const client = new TestClient(app)

      it('validates bodies, and drops from answers what nobody declared', async () => {
        const answer = await client.post('/people', { json: { name: 'Ann', age: 40 } })
        assert.equal(answer.status, 201)
        assert.deepEqual(answer.json(), { name: 'Ann', age: 40 })
      })

      it('says where a body does not fit', async () => {
        const answer = await client.post('/people', { json: { name: 1 } })
        assert.equal(answer.status, 422)
        const { detail } = answer.json<{ detail: { type: string; loc: unknown }[] }>()
        assert.deepEqual(detail[0]?.loc, ['body', 'name'])
        assert.equal(detail[0].type, 'value_error')
      })

      it('stands in OpenAPI through its JSON Schema', async () => {
        const answer = await client.get('/openapi.json')
        const document = answer.json<{
          paths: Record<string, { post: { requestBody: { content: Record<string, Content> } } }>
        }>()
        const { schema } = document.paths['/people']!.post.requestBody.content['application/json']!
        const { properties, required } = schema
        assert.deepEqual(required, ['name'])
        assert.deepEqual([properties['name']?.type, properties['age']?.type], ['string', 'integer'])
      })
    })
  }

  it('gives a schema of ours back, and the same one each time for another', () => {
    const ours = int()
    assert.equal(adoptSchema('x', ours), ours)
    assert.equal(adoptSchema('x', PEOPLE['zod']!), adoptSchema('x', PEOPLE['zod']!))
  })

  it('refuses what is no schema, and says where it stood', () => {
    for (const wrong of [undefined, null, 1, {}, () => 1]) {
      assert.throws(() => adoptSchema('query()', wrong as never), OptionError)
    }
    assert.throws(() => body({} as never), /body\(\)/)
  })

  it('asks the library what an absent query parameter is', async () => {
    const app = new App()
    const inputs = {
      limit: query(z.coerce.number().default(10)),
      word: query(z.string().optional()),
    }
    app.get('/', { in: inputs }, ({ limit, word }) => ({ limit, word: word ?? null }))
    const client = new TestClient(app)
    assert.deepEqual((await client.get('/')).json(), { limit: 10, word: null })
    assert.deepEqual((await client.get('/?limit=3&word=a')).json(), { limit: 3, word: 'a' })
    assert.equal((await client.get('/?limit=x')).status, 422)
  })

  it('refuses asynchronous checks with what to do instead', () => {
    const slow = standard(z.string().refine(() => Promise.resolve(true)))
    assert.throws(() => issuesOf(slow, 'x'), {
      constructor: SchemaDefinitionError,
      message: /zod schema is asynchronous; make it synchronous/,
    })
  })
})

describe('JSON Schema of other libraries', () => {
  it('makes components of their definitions, recursive ones included', () => {
    const Tree = z.object({
      value: z.number(),
      get children() {
        return z.array(Tree)
      },
    })
    const refs = new JsonSchemaRefs('#/components/schemas/')
    const written = standard(Tree).toJsonSchema(refs)
    const [name] = refs.definitions.keys()
    assert.equal(written['$ref'], `#/components/schemas/${name}`)
    const text = JSON.stringify([...refs.definitions.values()])
    assert.ok(text.includes(`"$ref":"#/components/schemas/${name}"`), text)
    assert.ok(!text.includes('"$ref":"#"'), text)
  })

  it('names a model by its title, and numbers another of that name', () => {
    const refs = new JsonSchemaRefs()
    const first = z.object({ a: z.string() }).meta({ title: 'User' })
    const second = z.object({ b: z.string() }).meta({ title: 'User' })
    assert.deepEqual(standard(first).toJsonSchema(refs), { $ref: '#/$defs/User' })
    assert.equal(standard(second).toJsonSchema(refs)['$ref'], '#/$defs/User2')
  })

  it('describes what comes in and what goes out each in its way', () => {
    const refs = new JsonSchemaRefs()
    const schema = standard(z.object({ at: z.string().default('now') }))
    assert.equal(schema.toJsonSchema(refs)['required'], undefined)
    assert.deepEqual(schema.toJsonSchema(refs.output)['required'], ['at'])
  })
})

describe('our schemas in other libraries', () => {
  it('validate and describe themselves through the standard faces', () => {
    const schema = object({ id: int(), tags: array(str()) }, { title: 'Item' })
    const face = schema['~standard']
    assert.deepEqual(face.validate({ id: 1, tags: [] }), { value: { id: 1, tags: [] } })
    assert.deepEqual(face.validate({ id: 1, tags: [2] }), {
      issues: [{ message: 'Input should be a valid string', path: ['tags', 0] }],
    })
    const written = face.jsonSchema?.input({ target: 'draft-2020-12' })
    assert.equal(written?.['$schema'], 'https://json-schema.org/draft/2020-12/schema')
    assert.throws(() => face.jsonSchema?.output({ target: 'draft-04' }), OptionError)
  })
})
