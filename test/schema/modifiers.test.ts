import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { OptionError } from '../../src/core/errors.ts'
import {
  array,
  bigint,
  brand,
  bytes,
  computed,
  date,
  discriminatedUnion,
  enumOf,
  excludeUnset,
  extend,
  int,
  JsonSchemaRefs,
  keyedRecord,
  lazy,
  literal,
  map,
  merge,
  meta,
  num,
  object,
  omit,
  optional,
  partial,
  pick,
  preprocess,
  readOnly,
  refine,
  refuse,
  required,
  type Schema,
  SchemaDefinitionError,
  Secret,
  SerializationError,
  secret,
  set,
  str,
  transform,
  tuple,
  union,
  writeOnly,
} from '../../src/schema/index.ts'
import { issuesOf, readText } from './support.ts'

const User = object({ id: int(), name: str(), role: str({ default: 'guest' }) }, { title: 'User' })

describe('refine', () => {
  const even = refine(int({ min: 0 }), (value) => value % 2 === 0 || 'must be even')

  it('runs after the checks of the schema, and reports as a ValueError of Pydantic', () => {
    assert.equal(even.parse(4), 4)
    assert.deepEqual(issuesOf(even, 3), [
      {
        type: 'value_error',
        loc: [],
        msg: 'Value error, must be even',
        input: 3,
        ctx: { error: {} },
      },
    ])
    assert.equal(issuesOf(even, -1)[0]?.type, 'greater_than_equal')
    assert.equal(readText(even, '3'), 'value_error')
  })

  it('runs on the way out, in lists that are written natively as well', () => {
    assert.equal(array(even).stringify([2, 4]), '[2,4]')
    assert.throws(() => array(even).stringify([2, 3]), /1: Value error, must be even/)
  })

  it('lets a refusal name type, place and facts', () => {
    const range = refine(
      object({ from: int(), to: int() }),
      ({ from, to }) =>
        from <= to ||
        refuse('ends before it begins', { type: 'range', path: ['to'], ctx: { from } }),
    )
    assert.deepEqual(issuesOf(array(range), [{ from: 2, to: 1 }]), [
      {
        type: 'range',
        loc: [0, 'to'],
        msg: 'ends before it begins',
        input: { from: 2, to: 1 },
        ctx: { from: 2 },
      },
    ])
  })

  it('leaves an absent value alone', () => {
    const schema = object({ a: refine(optional(int()), (value) => (value ?? 0) > 5) })
    assert.deepEqual(schema.parse({}), {})
    assert.equal(issuesOf(schema, { a: 1 })[0]?.msg, 'Value error, the value does not fit')
  })
})

describe('transform and preprocess', () => {
  const Point = transform(
    str({ pattern: '^\\d+,\\d+$' }),
    (text) => text.split(',').map(Number),
    (numbers) => numbers.join(','),
  )

  it('change values on the way in and back on the way out', () => {
    assert.deepEqual(Point.parse('1,2'), [1, 2])
    assert.equal(Point.stringify([3, 4]), '"3,4"')
    assert.deepEqual(Point.toJsonSchema(), { type: 'string', pattern: '^\\d+,\\d+$' })
  })

  it('refuse with a reason, at the right place', () => {
    const schema = object({ when: transform(str(), () => refuse('no')) })
    assert.deepEqual(issuesOf(schema, { when: 'x' })[0]?.loc, ['when'])
    const never = preprocess(() => refuse('never'), str())
    assert.equal(issuesOf(never, 'x')[0]?.msg, 'Value error, never')
  })

  it('prepare input before it is checked, text included', () => {
    const trimmed = preprocess((input) => (typeof input === 'string' ? input.trim() : input), int())
    assert.equal(readText(trimmed, ' 5 '), 5)
    assert.equal(issuesOf(trimmed, ' 5 ')[0]?.type, 'int_type')
  })

  it('take a default through the change', () => {
    const schema = object({
      at: transform(date({ default: '2024-01-02' }), (text) => new Date(text)),
    })
    assert.deepEqual(schema.parse({}), { at: new Date('2024-01-02') })
  })
})

describe('readOnly, writeOnly and computed', () => {
  const Account = object(
    { id: readOnly(int()), name: str(), password: writeOnly(str()) },
    { title: 'Account', computed: { label: computed(str(), ({ name }) => name.toUpperCase()) } },
  )

  it('keep keys to one direction', () => {
    assert.deepEqual(Account.parse({ id: 9, name: 'ann', password: 'x' }), {
      name: 'ann',
      password: 'x',
    })
    const text = Account.stringify({ id: 1, name: 'ann', password: 'x' })
    assert.equal(text, '{"id":1,"name":"ann","label":"ANN"}')
    assert.throws(() => Account.stringify({ name: 'ann', password: 'x' }), /id: is missing/)
  })

  it('take back what an answer had, even where others are refused', () => {
    const Closed = object({ ...Account.fields }, { extra: 'forbid' })
    assert.deepEqual(Closed.parse({ id: 1, name: 'a', password: 'x' }), {
      name: 'a',
      password: 'x',
    })
    assert.equal(issuesOf(Closed, { name: 'a', password: 'x', b: 1 })[0]?.type, 'extra_forbidden')
  })

  it('split the component into input and output, with what refers to it', () => {
    const Box = object({ account: Account }, { title: 'Box' })
    const first = new JsonSchemaRefs('#/c/')
    for (const refs of [first, first.output]) Box.toJsonSchema(refs)
    User.toJsonSchema(first)
    User.toJsonSchema(first.output)
    assert.deepEqual([...first.splits].toSorted(), ['Account', 'Box'])
    const second = new JsonSchemaRefs('#/c/', first.splits)
    assert.deepEqual(Box.toJsonSchema(second), { $ref: '#/c/Box-Input' })
    assert.deepEqual(Box.toJsonSchema(second.output), { $ref: '#/c/Box-Output' })
    assert.deepEqual([...second.definitions.keys()].toSorted(), [
      'Account-Input',
      'Account-Output',
      'Box-Input',
      'Box-Output',
    ])
    const output = second.definitions.get('Account-Output') as { required: string[] }
    assert.deepEqual(output.required, ['id', 'name', 'label'])
  })

  it('refuse two keys of one name on the wire, and both directions at once', () => {
    const twins = { a: str({ alias: 'x' }), x: str() }
    assert.throws(() => object(twins), SchemaDefinitionError)
    assert.throws(() => writeOnly(readOnly(str())), SchemaDefinitionError)
  })
})

describe('extra keys that are allowed', () => {
  it('pass both ways, but never as a prototype', () => {
    const Open = object({ a: int() }, { extra: 'allow' })
    assert.deepEqual(Open.parse({ a: 1, b: [2] }), { a: 1, b: [2] })
    assert.equal(Open.stringify({ a: 1, b: [2] } as { a: number }), '{"a":1,"b":[2]}')
    const hostile: unknown = JSON.parse('{"a":1,"__proto__":{"admin":true}}')
    assert.equal(issuesOf(Open, hostile)[0]?.type, 'extra_forbidden')
  })
})

describe('objects made from others', () => {
  it('have the keys asked for', () => {
    assert.deepEqual(Object.keys(pick(User, ['id']).fields), ['id'])
    assert.deepEqual(Object.keys(omit(User, ['id']).fields), ['name', 'role'])
    const More = extend(User, { id: str(), age: int() }, { title: 'More' })
    assert.deepEqual(More.parse({ id: 'x', name: 'a', age: 1 }), {
      id: 'x',
      name: 'a',
      role: 'guest',
      age: 1,
    })
    assert.deepEqual(Object.keys(merge(pick(User, ['id']), object({ z: int() })).fields), [
      'id',
      'z',
    ])
  })

  it('leave absent what a PATCH does not name, and demand what was optional', () => {
    assert.deepEqual(partial(User).parse({}), {})
    const found = issuesOf(required(partial(User)), {}).map(({ type, loc }) => [type, loc[0]])
    assert.deepEqual(found, [
      ['missing', 'id'],
      ['missing', 'name'],
      ['missing', 'role'],
    ])
  })

  it('hold only what was set where unset keys are excluded, and are described as a whole', () => {
    const Sparse = excludeUnset(User)
    assert.deepEqual(Sparse.parse({ id: 1, name: 'Ann' }), { id: 1, name: 'Ann' })
    assert.deepEqual(Sparse.parse({ id: 1, name: 'Ann', role: 'x' }).role, 'x')
    assert.equal(Sparse.stringify({ id: 1, name: 'Ann' }), '{"id":1,"name":"Ann"}')
    assert.deepEqual(
      issuesOf(Sparse, { role: 'x' }).map(({ loc }) => loc[0]),
      ['id', 'name'],
    )
    assert.throws(() => Sparse.stringify({ id: 1 }), SerializationError)
    assert.deepEqual(Sparse.toJsonSchema(), User.toJsonSchema())
    const Both = object({ whole: User, sparse: Sparse })
    assert.deepEqual(Object.keys(Both.toJsonSchema()['$defs'] as object), ['User'])
    const Closed = object({ a: str({ default: 'a', alias: 'A' }) }, { extra: 'forbid' })
    assert.deepEqual(excludeUnset(Closed).parse({ A: 'x' }), { a: 'x' })
    assert.equal(issuesOf(excludeUnset(Closed), { b: 1 })[0]?.type, 'extra_forbidden')
    assert.throws(() => excludeUnset(str() as never), OptionError)
  })

  it('have their own name, and keep the policy for extra keys', () => {
    assert.deepEqual(Object.keys(pick(User, ['id']).toJsonSchema()), [
      'properties',
      'type',
      'required',
    ])
    const Closed = object({ a: int(), b: int() }, { extra: 'forbid' })
    assert.equal(issuesOf(omit(Closed, ['b']), { a: 1, b: 2 })[0]?.type, 'extra_forbidden')
    assert.throws(() => pick(User, ['nope'] as never), OptionError)
  })
})

describe('set', () => {
  it('is a list where a handler returns it without a schema, defaults included', () => {
    const Item = object({ tags: set(str(), { default: new Set(['x']) }) })
    assert.equal(JSON.stringify(Item.parse({ tags: ['a', 'a'] })), '{"tags":["a"]}')
    assert.equal(JSON.stringify(Item.parse({})), '{"tags":["x"]}')
    assert.deepEqual(Item.parse({ tags: ['a'] }), { tags: new Set(['a']) })
  })
})

describe('meta', () => {
  it('adds what a schema without options lacks', () => {
    const either = meta(union(int(), str()), { description: 'An id', default: 1 })
    assert.deepEqual(object({ id: either }).parse({}), { id: 1 })
    assert.equal(either.toJsonSchema()['description'], 'An id')
    assert.throws(() => meta(int(), { default: 'x' as never }), SchemaDefinitionError)
  })

  it('says beside a reference what holds for this place', () => {
    const written = meta(User, { description: 'The owner' }).toJsonSchema(new JsonSchemaRefs())
    assert.deepEqual(written, { $ref: '#/$defs/User', description: 'The owner' })
  })

  it('has extra keywords stand over those that are made', () => {
    assert.deepEqual(int({ jsonSchema: { format: 'int32' } }).toJsonSchema(), {
      type: 'integer',
      format: 'int32',
    })
  })
})

describe('defaultFactory', () => {
  it('makes a value each time, shown nowhere', () => {
    let next = 0
    const schema = object({ id: int({ defaultFactory: () => ++next }) })
    assert.deepEqual([schema.parse({}), schema.parse({})], [{ id: 1 }, { id: 2 }])
    assert.equal(schema.toJsonSchema()['required'], undefined)
    assert.throws(() => int({ default: 1, defaultFactory: () => 2 }), SchemaDefinitionError)
  })
})

describe('secret', () => {
  it('shows itself nowhere but to reveal', () => {
    const value = secret(str({ minLength: 3 })).parse('hunter2')
    assert.equal(value.reveal(), 'hunter2')
    const shown = [
      String(value),
      JSON.stringify({ value }),
      inspect({ value }),
      value.toString(),
    ].join()
    assert.ok(!shown.includes('hunter2'), shown)
    assert.equal(secret(str()).stringify(new Secret('x')), '"**********"')
    assert.equal(issuesOf(secret(str({ minLength: 9 })), 'hunter2')[0]?.input, '**********')
  })

  it('keeps a default that is one', () => {
    const schema = object({ key: secret(str({ default: 'k' })) })
    assert.equal(schema.parse({}).key.reveal(), 'k')
  })
})

describe('bytes and bigint', () => {
  it('read and write each encoding', () => {
    const value = new Uint8Array([0, 255, 16])
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const schema = bytes({ encoding })
      const text = JSON.parse(schema.stringify(value)) as string
      assert.deepEqual(new Uint8Array(schema.parse(text)), value, encoding)
      assert.equal(readText(schema, `${text}*`), 'bytes_invalid_encoding')
    }
    assert.equal(readText(bytes(), 'aGk') instanceof Uint8Array, true)
    assert.equal(readText(bytes(), 'aGkab'), 'bytes_invalid_encoding')
    assert.equal(issuesOf(bytes({ maxBytes: 1 }), 'aGk=')[0]?.type, 'bytes_too_long')
  })

  it('hold integers that numbers would round', () => {
    const text = '9007199254740993'
    assert.equal(bigint().parse(text), 9007199254740993n)
    assert.equal(bigint().stringify(9007199254740993n), `"${text}"`)
    assert.equal(issuesOf(bigint(), 9007199254740992)[0]?.type, 'int_parsing_size')
    assert.equal(issuesOf(bigint({ max: 5n }), '6')[0]?.type, 'less_than_equal')
  })
})

describe('collections and unions', () => {
  it('write what they read', () => {
    assert.equal(set(int()).stringify(new Set([1, 2])), '[1,2]')
    assert.equal(map(int(), str()).stringify(new Map([[1, 'a']])), '{"1":"a"}')
    assert.equal(keyedRecord(enumOf(['a', 'b']), int()).stringify({ a: 1 }), '{"a":1}')
    assert.equal(tuple([int()], { rest: str() }).stringify([1, 'a', 'b']), '[1,"a","b"]')
    assert.throws(() => tuple([int(), str()]).stringify([1] as never), SerializationError)
    assert.throws(() => set(int()).stringify([1] as never), SerializationError)
  })

  it('keep keys of any name in maps and records', () => {
    const hostile: unknown = JSON.parse('{"__proto__":1,"constructor":2}')
    assert.deepEqual(map(str(), int()).parse(hostile).get('__proto__'), 1)
    const record = keyedRecord(str(), int()).parse(hostile)
    assert.deepEqual(Object.keys(record), ['__proto__', 'constructor'])
  })

  it('find a member by its tag, in unions of unions as well', () => {
    const Cat = object({ type: literal('cat'), lives: int() })
    const Dog = object({ type: literal('dog', 'hound'), age: int() })
    const Fish = object({ type: enumOf(['fish'], { title: 'FishType' }), depth: num() })
    const Pet = discriminatedUnion('type', [discriminatedUnion('type', [Cat, Dog]), Fish])
    assert.deepEqual(Pet.parse({ type: 'hound', age: 3 }), { type: 'hound', age: 3 })
    assert.equal(Pet.stringify({ type: 'fish', depth: 2.5 }), '{"type":"fish","depth":2.5}')
    assert.equal(issuesOf(Pet, { type: 'toString' })[0]?.type, 'union_tag_invalid')
    assert.throws(() => discriminatedUnion('type', [Cat, Cat]), SchemaDefinitionError)
    assert.throws(() => discriminatedUnion('kind', [Cat, Dog] as never), SchemaDefinitionError)
  })
})

describe('lazy', () => {
  interface Tree {
    name: string
    children: Tree[]
  }

  it('refers to itself in data and in JSON Schema', () => {
    const Tree: Schema<Tree> = object(
      { name: str(), children: array(lazy(() => Tree)) },
      { title: 'Tree' },
    )
    const value = { name: 'a', children: [{ name: 'b', children: [] }] }
    assert.deepEqual(Tree.parse(value), value)
    assert.equal(Tree.stringify(value), JSON.stringify(value))
    const loc = issuesOf(Tree, { name: 'a', children: [{ name: 'b', children: [{}] }] })[0]?.loc
    assert.deepEqual(loc, ['children', 0, 'children', 0, 'name'])
    assert.ok(JSON.stringify(Tree.toJsonSchema()).includes('"items":{"$ref":"#/$defs/Tree"}'))
  })

  it('demands a title to refer to, and a schema', () => {
    const Nameless: Schema<Tree> = object({ name: str(), children: array(lazy(() => Nameless)) })
    assert.throws(() => Nameless.toJsonSchema(), /needs a title/)
    assert.throws(() => lazy(() => 1 as never).parse(1), SchemaDefinitionError)
  })

  it('refuses to write a cycle', () => {
    const Tree: Schema<Tree> = object({ name: str(), children: array(lazy(() => Tree)) })
    const root: Tree = { name: 'a', children: [] }
    root.children.push(root)
    assert.throws(() => Tree.write(root), SerializationError)
  })
})

describe('brand', () => {
  it('changes types only', () => {
    assert.equal(brand(int({ min: 1 }), 'UserId').parse(5), 5)
    assert.equal(issuesOf(brand(int({ min: 1 }), 'UserId'), 0)[0]?.type, 'greater_than_equal')
  })
})
