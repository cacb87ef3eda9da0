import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  array,
  computed,
  date,
  datetime,
  decimal,
  discriminatedUnion,
  duration,
  email,
  enumOf,
  httpUrl,
  INVALID,
  Issues,
  int,
  ip,
  ipv4,
  ipv4Network,
  ipv6,
  ipv6Network,
  type JsonSchema,
  keyedRecord,
  lazy,
  literal,
  localDatetime,
  map,
  nullable,
  object,
  type Schema,
  set,
  str,
  time,
  tuple,
  url,
  uuid,
} from '../../../src/schema/index.ts'

interface Case {
  readonly given: unknown
  readonly json?: unknown
  readonly issues?: readonly object[]
}

interface Recorded {
  readonly input: object
  readonly output: object
  readonly cases: readonly Case[]
}

/** Made by record.py, next to this file. */
const EXPECTED = JSON.parse(
  readFileSync(new URL('expectations.json', import.meta.url), 'utf8'),
) as Record<string, Recorded>

interface Tree {
  value: number
  next: Tree | null
}

const Node: Schema<Tree> = object(
  {
    value: int(),
    next: nullable(
      lazy(() => Node),
      { default: null },
    ),
  },
  { title: 'Node' },
)
const Color = enumOf(['red', 'blue'], { title: 'Color' })
const Cat = object({ pet_type: literal('cat'), age: int() }, { title: 'Cat' })
const Dog = object({ pet_type: literal('dog'), age: int() }, { title: 'Dog' })

const OURS: Readonly<Record<string, Schema<unknown>>> = {
  time: time(),
  date: date(),
  dateRange: date({ min: '2024-01-01', max: '2024-12-31' }),
  datetime: datetime(),
  localDatetime: localDatetime(),
  duration: duration(),
  decimal: decimal(),
  decimalLimits: decimal({ maxDigits: 5, decimalPlaces: 2, above: 0, max: '100.5' }),
  decimalMultiple: decimal({ multipleOf: '0.05' }),
  enum: Color,
  intEnum: enumOf({ low: 1, high: 2 }, { title: 'Level' }),
  tuple: tuple([int(), str()]),
  set: set(int()),
  setLimits: set(int(), { minItems: 2, maxItems: 3 }),
  map: map(int(), str()),
  keyedRecord: keyedRecord(str({ pattern: '^a' }), int()),
  uuidKeys: map(uuid(), int()),
  enumKeys: map(Color, int()),
  mapLimits: map(str(), int(), { minItems: 1, maxItems: 1 }),
  discriminated: discriminatedUnion('pet_type', [Cat, Dog]),
  alias: object(
    {
      user_id: int({ alias: 'userId' }),
      note: str({ default: 'x', inputAlias: 'noteIn', outputAlias: 'noteOut' }),
    },
    { title: 'Aliased' },
  ),
  recursive: Node,
  open: object({ a: int() }, { title: 'Open', extra: 'allow' }),
  closed: object({ a: int() }, { title: 'Closed', extra: 'forbid' }),
  computed: object(
    { w: int(), h: int({ default: 3 }) },
    { title: 'Box', computed: { area: computed(int(), ({ w, h }) => w * h) } },
  ),
  httpUrl: httpUrl(),
  url: url(),
  webSocketUrl: url({ schemes: ['ws', 'wss'], maxLength: 2083 }),
  ipv4: ipv4(),
  ipv6: ipv6(),
  ip: ip(),
  ipv4Network: ipv4Network(),
  ipv6Network: ipv6Network(),
  uuid: uuid(),
  uuid4: uuid({ version: 4 }),
  email: email(),
  literal: literal('a', 1),
}

/** What a document consists of is the whole document in Pydantic, unless it refers to itself. */
function atRoot(document: JsonSchema): object {
  const name = /^#\/\$defs\/(.*)$/.exec(String(document['$ref']))?.[1]
  const definitions = document['$defs'] as Record<string, object>
  return name === undefined ? document : definitions[name]!
}

/** Titles are made for names of Python (`userId` is `Userid` there), so only ours are compared. */
function withoutTitles(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutTitles)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'title' || typeof value !== 'string',
  )
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutTitles(value)]))
}

/** Those that are documented in docs/schemas.md, "Where it differs from Pydantic". */
const OTHER_JSON_SCHEMA = new Set(['decimal', 'decimalLimits', 'decimalMultiple', 'recursive'])

function outcomeOf(schema: Schema<unknown>, given: unknown): object {
  const issues = new Issues()
  const value = schema.check(given, issues)
  if (value !== INVALID) return { json: JSON.parse(schema.stringify(value)) }
  return {
    issues: issues.items.map(({ type, loc, msg, ctx }) => ({
      type,
      loc,
      msg,
      ...(ctx === undefined ? undefined : { ctx }),
    })),
  }
}

describe('schemas beside those of Pydantic', () => {
  it('has a schema for each recorded one', () => {
    assert.deepEqual(Object.keys(OURS).toSorted(), Object.keys(EXPECTED).toSorted())
  })

  for (const [name, schema] of Object.entries(OURS)) {
    const expected = EXPECTED[name]!
    for (const { given, ...outcome } of expected.cases) {
      it(`${name} makes the same of ${JSON.stringify(given).slice(0, 40)}`, () => {
        assert.deepEqual(outcomeOf(schema, given), outcome)
      })
    }

    if (OTHER_JSON_SCHEMA.has(name)) continue
    it(`${name} has the same JSON Schema, for requests and for answers`, () => {
      const both = [schema.toJsonSchema('input'), schema.toJsonSchema('output')].map(atRoot)
      assert.deepEqual(
        both.map(withoutTitles),
        [expected.input, expected.output].map(withoutTitles),
      )
    })
  }

  it('puts the place in front of what is wrong inside a list', () => {
    const issues = new Issues()
    array(set(int())).check([[1], [{}]], issues)
    assert.deepEqual(issues.items[0]?.loc, [1, 0])
  })
})
