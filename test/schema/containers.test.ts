import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  array,
  datetime,
  int,
  nullable,
  object,
  optional,
  record,
  SerializationError,
  type StandardSchema,
  standard,
  str,
  union,
  unknown,
  ValidationError,
} from '../../src/schema/index.ts'
import { issuesOf } from './support.ts'

const User = object({
  id: int({ min: 1 }),
  name: str({ minLength: 2 }),
  tags: array(str(), { default: [] }),
  note: optional(nullable(str())),
})

describe('object', () => {
  it('reports everything that is wrong, with the way to it', () => {
    const issues = issuesOf(User, { id: 0, tags: ['a', 1], note: 2 })
    assert.deepEqual(
      issues.map(({ type, loc }) => [type, loc]),
      [
        ['greater_than_equal', ['id']],
        ['missing', ['name']],
        ['string_type', ['tags', 1]],
        ['string_type', ['note']],
      ],
    )
    assert.deepEqual(issues[1], {
      type: 'missing',
      loc: ['name'],
      msg: 'Field required',
      input: { id: 0, tags: ['a', 1], note: 2 },
    })
  })

  it('leaves out what is not declared and fills in defaults, without touching its input', () => {
    const input = Object.freeze({ id: 1, name: 'Jane', secret: 'x' })
    assert.deepEqual(User.parse(input), { id: 1, name: 'Jane', tags: [] })
  })

  it('gives each value a default of its own', () => {
    User.parse({ id: 1, name: 'Jane' }).tags.push('spoiled')
    assert.deepEqual(User.parse({ id: 1, name: 'Jane' }).tags, [])
  })

  it('copies nothing when the input is exactly what is declared', () => {
    const input = { id: 1, name: 'Jane', tags: [], note: null }
    assert.equal(User.parse(input), input)
  })

  it('refuses what is no object', () => {
    for (const input of [null, 1, 'a', [], true]) {
      assert.equal(issuesOf(User, input)[0]?.type, 'model_attributes_type')
    }
    assert.throws(() => User.parse([]), ValidationError)
  })

  it('refuses undeclared keys when told to', () => {
    const Strict = object({ a: int() }, { extra: 'forbid' })
    const issues = issuesOf(Strict, { a: 'x', b: 1 })
    assert.deepEqual(
      issues.map(({ type, loc }) => [type, loc]),
      [
        ['extra_forbidden', ['b']],
        ['int_type', ['a']],
      ],
    )
    assert.throws(() => object({}, { extra: 'maybe' as never }), { code: 'CORE_OPTION' })
  })

  it('is not fooled by keys that every object inherits', () => {
    const Odd = object({ constructor: optional(str()), toString: str() })
    assert.deepEqual(
      issuesOf(Odd, {}).map(({ loc }) => loc),
      [['toString']],
    )
    assert.equal(Odd.write({ toString: 'a' }), '{"toString":"a"}')
    assert.deepEqual(Object.keys(Odd.parse({ toString: 'a', x: 1 })), ['toString'])
  })

  it('keeps prototypes clean of hostile JSON', () => {
    const hostile = JSON.parse('{"id":1,"name":"ab","__proto__":{"isAdmin":true},"constructor":{}}')
    const user = User.parse(hostile) as Record<string, unknown>
    assert.equal(user['isAdmin'], undefined)
    assert.equal(Object.hasOwn(user, 'constructor'), false)
    assert.equal(({} as Record<string, unknown>)['isAdmin'], undefined)
    assert.throws(() => object({ ['__proto__']: str() }), { code: 'SCHEMA_DEFINITION' })
  })

  it('writes declared keys only, in the order of declaration', () => {
    const row = { secret: 'x', name: 'Jane', id: 1, tags: ['a'], toJSON: () => ({ secret: 'x' }) }
    assert.equal(User.write(row), '{"id":1,"name":"Jane","tags":["a"]}')
    assert.equal(object({}).write({ a: 1 }), '{}')
    assert.equal(object({ a: optional(int()), b: int() }).write({ b: 1 }), '{"b":1}')
  })

  it('says where a value cannot be written', () => {
    const Deep = object({ list: array(object({ when: datetime() })) })
    assert.throws(
      () => Deep.write({ list: [{ when: new Date(0) }, { when: 'now' }] }),
      (error: unknown) =>
        error instanceof SerializationError &&
        error.message === 'list.1.when: is not a valid Date' &&
        error.path.join() === 'list,1,when',
    )
    assert.throws(() => Deep.write({}), /^SerializationError: list: is missing$/)
  })

  it('takes schemas only', () => {
    assert.throws(() => object({ a: 'int' as never }), { code: 'CORE_OPTION' })
  })
})

describe('array', () => {
  it('counts its items as Pydantic does', () => {
    const schema = array(int(), { minItems: 2, maxItems: 3 })
    const [issue] = issuesOf(schema, [1])
    assert.equal(issue?.type, 'too_short')
    assert.equal(issue.msg, 'List should have at least 2 items after validation, not 1')
    assert.deepEqual(issue.ctx, { field_type: 'List', actual_length: 1, min_length: 2 })
    assert.equal(issuesOf(schema, [1, 2, 3, 4])[0]?.type, 'too_long')
    assert.equal(issuesOf(schema, {})[0]?.msg, 'Input should be a valid list')
    assert.throws(() => schema.write([1]), SerializationError)
    assert.throws(() => array(int(), { minItems: 2, maxItems: 1 }), { code: 'CORE_OPTION' })
  })

  it('leaves its input alone when an item changes', () => {
    const input = ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01Z']
    assert.deepEqual(array(datetime()).parse(input), [new Date(0), new Date(1000)])
    assert.equal(typeof input[0], 'string')
  })

  it('reports at most 1000 failures of one value', () => {
    assert.equal(
      issuesOf(
        array(int()),
        Array.from({ length: 5000 }, () => 'x'),
      ).length,
      1000,
    )
  })
})

describe('stringify', () => {
  const Users = array(object({ id: int(), name: optional(str({ maxLength: 3 })) }))

  it('is not fooled by what JSON.stringify would do', () => {
    const spoiled = Object.assign([{ id: 1 }], { toJSON: () => ['secret'] })
    assert.equal(Users.stringify(spoiled), '[{"id":1}]')
    class Row {
      id = 1
      toJSON(): unknown {
        return { secret: 1 }
      }
    }
    assert.equal(Users.stringify([new Row()]), '[{"id":1}]')
    assert.equal(Users.stringify([{ id: 1, secret: 2 } as never]), '[{"id":1}]')
    assert.equal(
      Users.stringify([Object.create({ secret: 1 }, { id: { value: 1 } })]),
      '[{"id":1}]',
    )
  })

  it('refuses what write refuses', () => {
    const wrong = [
      Array.from({ length: 2 }),
      new Array(1),
      [{ name: 'a' }],
      [{ id: 1, name: 'long' }],
    ]
    for (const value of wrong) {
      assert.throws(() => Users.stringify(value as never), SerializationError)
    }
  })

  it('writes exact values, those with absent keys or another order included', () => {
    assert.equal(
      Users.stringify([{ id: 1, name: 'a' }, { id: 2 }]),
      '[{"id":1,"name":"a"},{"id":2}]',
    )
    assert.equal(Users.stringify([{ name: 'a', id: 1 }]), '[{"id":1,"name":"a"}]')
    assert.equal(Users.stringify([]), '[]')
  })
})

describe('record', () => {
  it('treats __proto__ as a key like any other', () => {
    const value = record(int()).parse(JSON.parse('{"a":1,"__proto__":2}'))
    assert.deepEqual(Object.entries(value), [
      ['a', 1],
      ['__proto__', 2],
    ])
    assert.equal(record(int()).write(value), '{"a":1,"__proto__":2}')
  })

  it('says which key is wrong', () => {
    assert.deepEqual(issuesOf(record(int()), { a: 1, b: 'x' })[0]?.loc, ['b'])
    assert.equal(issuesOf(record(int()), [])[0]?.type, 'dict_type')
    assert.throws(() => record(int()).write({ b: 'x' }), /^SerializationError: b: /)
  })
})

describe('union', () => {
  const schema = union(int(), object({ a: str() }, { title: 'A' }))

  it('takes the first member that fits', () => {
    assert.equal(schema.parse(1), 1)
    assert.deepEqual(schema.parse({ a: 'x', b: 1 }), { a: 'x' })
    assert.equal(schema.write({ a: 'x', b: 1 }), '{"a":"x"}')
    assert.throws(() => schema.write('x'), SerializationError)
    assert.throws(() => union(int()), { code: 'CORE_OPTION' })
  })

  it('reports the failures of all members when none fits', () => {
    assert.deepEqual(
      issuesOf(schema, { a: 1 }).map(({ type, loc }) => [type, loc]),
      [
        ['int_type', ['int']],
        ['string_type', ['A', 'a']],
      ],
    )
  })

  it('keeps the failures of its neighbours when it fits', () => {
    const both = object({ a: int(), b: union(int(), str()) })
    assert.deepEqual(
      issuesOf(both, { a: 'x', b: 'y' }).map(({ loc }) => loc),
      [['a']],
    )
  })
})

describe('optional and nullable', () => {
  it('tells absent from null', () => {
    const schema = object({ a: optional(int()), b: nullable(int()) })
    assert.deepEqual(schema.parse({ b: null }), { b: null })
    assert.deepEqual(
      issuesOf(schema, { a: null }).map(({ type, loc }) => [type, loc]),
      [
        ['int_type', ['a']],
        ['missing', ['b']],
      ],
    )
    assert.equal(schema.write({ b: null }), '{"b":null}')
  })
})

describe('unknown', () => {
  it('passes every JSON value through and refuses what is none', () => {
    assert.deepEqual(unknown().parse({ a: [1] }), { a: [1] })
    assert.equal(unknown().write({ a: [1] }), '{"a":[1]}')
    for (const value of [undefined, () => 1, 1n]) {
      assert.throws(() => unknown().write(value), SerializationError)
    }
  })
})

describe('standard', () => {
  const positive: StandardSchema<number> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        typeof value === 'number' && value > 0
          ? { value: value * 2 }
          : { issues: [{ message: 'not positive', path: ['deep', { key: 0 }] }] },
    },
  }

  it('uses the schema of another library', () => {
    const schema = object({ n: standard(positive) })
    assert.deepEqual(schema.parse({ n: 2 }), { n: 4 })
    assert.deepEqual(issuesOf(schema, { n: -1 }), [
      { type: 'value_error', loc: ['n', 'deep', 0], msg: 'not positive', input: -1 },
    ])
    assert.throws(() => schema.write({ n: -1 }), /^SerializationError: n.deep.0: not positive$/)
  })

  it('shows ours to other libraries', () => {
    const face = User['~standard']
    assert.equal(face.version, 1)
    assert.deepEqual(face.validate({ id: 1, name: 'ab' }), {
      value: { id: 1, name: 'ab', tags: [] },
    })
    assert.deepEqual(face.validate({ id: 'x', name: 'ab' }), {
      issues: [{ message: 'Input should be a valid integer', path: ['id'] }],
    })
  })

  it('refuses what is no Standard Schema', () => {
    assert.throws(() => standard({} as never), { code: 'CORE_OPTION' })
  })
})
