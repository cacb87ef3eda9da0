import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import {
  array,
  datetime,
  int,
  object,
  optional,
  Schema,
  SerializationError,
  standard,
  str,
  union,
  type ValidationError,
} from '../../../src/schema/index.ts'

/** More calls than any schema needs until it has code. */
const MANY = 40

const item = object({ id: int({ min: 1 }), name: str({ maxLength: 5 }), note: optional(str()) })

function failuresOf(schema: Schema<unknown>, input: unknown): unknown {
  try {
    return schema.parse(input)
  } catch (error) {
    return (error as ValidationError).issues
  }
}

/** A schema with more fields than one function holds. */
function wide(depth: number): Schema<unknown> {
  const fields = Array.from({ length: 12 }, (_, at): [string, Schema<unknown>] => [
    `field_number_${at}_of_this_object`,
    depth === 0 ? str({ maxLength: 20 }) : wide(depth - 1),
  ])
  return object(Object.fromEntries(fields))
}

function wideValue(depth: number, leaf: unknown): unknown {
  const fields = Array.from({ length: 12 }, (_, at): [string, unknown] => [
    `field_number_${at}_of_this_object`,
    depth === 0 ? leaf : wideValue(depth - 1, leaf),
  ])
  return Object.fromEntries(fields)
}

describe('Tier', () => {
  it('says the same before and after it has made code', () => {
    const schema = object({ items: array(item) })
    const inputs = [
      { items: [{ id: 1, name: 'a', secret: 1 }] },
      { items: [{ id: 0, name: 'too long' }, { name: 1 }, 7] },
      null,
    ]
    for (const input of inputs) {
      const first = failuresOf(schema, input)
      for (let call = 0; call < MANY; call++) assert.deepEqual(failuresOf(schema, input), first)
    }
  })

  it('leaves out undeclared keys before and after it has made code', () => {
    const schema = object({ items: array(item), at: datetime() })
    const value = { items: [{ note: undefined, name: 'a', id: 1, secret: 1 }], at: new Date(0) }
    const texts = new Set(Array.from({ length: MANY }, () => schema.stringify(value as never)))
    assert.deepEqual([...texts], ['{"items":[{"id":1,"name":"a"}],"at":"1970-01-01T00:00:00Z"}'])
  })

  it('names the part that cannot be written before and after it has made code', () => {
    const schema = object({ items: array(item) })
    for (let call = 0; call < MANY; call++) {
      assert.throws(() => schema.stringify({ items: [{ id: 1.5, name: 'a' }] }), {
        code: 'SCHEMA_SERIALIZATION',
        message: 'items.0.id: is not an integer',
      })
    }
  })

  it('refuses what JSON cannot hold, cycles among them', () => {
    const schema = object({ any: array(standard({ '~standard': passingFace() })) })
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (let call = 0; call < MANY; call++) {
      assert.throws(() => schema.stringify({ any: [cycle] }), { code: 'SCHEMA_SERIALIZATION' })
    }
  })

  it('calls what has no code: schemas of other libraries', () => {
    const schema = object({ id: int(), other: standard({ '~standard': passingFace() }) })
    for (let call = 0; call < MANY; call++) {
      assert.deepEqual(schema.parse({ id: 1, other: 'x', more: 1 }), { id: 1, other: 'x' })
      assert.equal(schema.stringify({ id: 1, other: 'x' }), '{"id":1,"other":"x"}')
    }
  })

  it('puts what kinds without code write into the text as it is, digit by digit', () => {
    const long = '12345678901234567890.12345678901234567890'
    const texts = ['"plain"', '"\\u00e9 \\/"', long, 'null', 'true', '""', '[1, 2]', '{"b": 1e400}']
    for (const first of texts) {
      const schema = object({ id: int(), other: writing(first), more: optional(writing('0.10')) })
      for (let call = 0; call < MANY; call++) {
        assert.equal(schema.stringify({ id: 1, other: 1 }), `{"id":1,"other":${first}}`)
        assert.equal(
          schema.stringify({ id: 1, other: 1, more: 1 }),
          `{"id":1,"other":${first},"more":0.10}`,
        )
      }
    }
  })

  it('tries the next member of a union when a kind without code refuses', () => {
    const never = new Schema({
      ...writing('0').definition,
      write: () => {
        throw new SerializationError('is never right')
      },
    })
    const schema = object({ id: union(never, int()) })
    for (let call = 0; call < MANY; call++) {
      assert.equal(schema.stringify({ id: 1 }), '{"id":1}')
      assert.throws(() => schema.stringify({ id: 'x' }), { message: 'id: is never right' })
    }
  })

  it('divides the code of a large schema', () => {
    const schema = wide(2)
    const good = wideValue(2, 'fits')
    const bad = wideValue(2, 'is too long for any of these fields')
    for (let call = 0; call < MANY; call++) {
      assert.equal(schema.parse(good), good)
      assert.equal(schema.stringify(good), JSON.stringify(good))
    }
    const issues = failuresOf(schema, bad) as unknown[]
    assert.equal(issues.length, 1000)
  })

  it('works without code where the host forbids to make any', () => {
    const program = `
      import assert from 'node:assert/strict'
      import { array, int, object } from '${new URL('../../../src/schema/index.ts', import.meta.url).href}'
      assert.throws(() => new Function('return 1'), EvalError)
      const schema = object({ items: array(object({ id: int() })) })
      for (let call = 0; call < ${MANY}; call++) {
        assert.deepEqual(schema.parse({ items: [{ id: 1, x: 2 }] }), { items: [{ id: 1 }] })
        assert.equal(schema.stringify({ items: [{ x: 2, id: 1 }] }), '{"items":[{"id":1}]}')
        assert.throws(() => schema.parse({ items: [{ id: 'x' }] }), /items.0.id/)
      }
      console.log('done')`
    const flags = [
      '--disallow-code-generation-from-strings',
      '--input-type=module',
      '--no-warnings',
    ]
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program], {
      encoding: 'utf8',
    })
    assert.equal(stdout, 'done\n', stderr)
  })
})

/** A kind without code that always writes the same. */
function writing(text: string): Schema<unknown> {
  return new Schema({
    kind: 'fixed',
    check: (input) => input,
    checkText: (input) => input,
    write: () => text,
    toJsonSchema: () => ({}),
  })
}

function passingFace(): {
  readonly version: 1
  readonly vendor: string
  readonly validate: (value: unknown) => { readonly value: unknown }
} {
  return { version: 1, vendor: 'any', validate: (value) => ({ value }) }
}
