import * as fc from 'fast-check'
import {
  array,
  bool,
  date,
  datetime,
  email,
  int,
  literal,
  nullable,
  num,
  object,
  optional,
  record,
  type Schema,
  str,
  union,
  unknown,
  uuid,
} from '../../../src/schema/index.ts'

/** A random schema with values that fit it, so that not all inputs are refused at the first look. */
export class Sample {
  readonly schema: Schema<unknown>
  readonly fitting: fc.Arbitrary<unknown>

  constructor(schema: Schema<unknown>, fitting: fc.Arbitrary<unknown>) {
    this.schema = schema
    this.fitting = fitting
  }

  /** JSON Schema can say all of it, and Ajv read it: a lone surrogate as a key makes it throw. */
  get isExact(): boolean {
    return !/"format"|"B"|"\\ud800":/.test(JSON.stringify(this.schema.toJsonSchema()))
  }

  /** How a counterexample shows it. */
  [fc.toStringMethod](): string {
    return JSON.stringify(this.schema.toJsonSchema())
  }
}

/** Names that break out of source, or mean something to every object, if nobody takes care. */
const KEYS = [
  'a',
  'b',
  'constructor',
  'toString',
  'hasOwnProperty',
  'toJSON',
  '',
  '0',
  '10',
  'c0',
  'v1',
  'input',
  'INVALID',
  'with space',
  "it's",
  '"]; throw 1; //',
  '`${process.exit(1)}`',
  '*/ throw 1 /*',
  'line\nbreak',
  '\u2028\u2029',
  '\ud800',
  '😀',
  '\\',
  '</script>',
]

const keys = fc.constantFrom(...KEYS)

const words = fc.constantFrom(
  '',
  'a',
  'ab',
  'abc',
  '😀',
  '😀😀',
  '"\\\n',
  '\ud800',
  'x'.repeat(120),
)

function sample(schema: Schema<unknown>, fitting: fc.Arbitrary<unknown>): Sample {
  return new Sample(schema, fitting)
}

const leaves: readonly Sample[] = [
  sample(int(), fc.maxSafeInteger()),
  sample(int({ min: -2, max: 5 }), fc.integer({ min: -2, max: 5 })),
  sample(int({ above: -3, multipleOf: 2 }), fc.constantFrom(-2, 0, 4)),
  sample(num(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  sample(num({ above: 0, below: 1e21 }), fc.constantFrom(0.1, 1e20)),
  sample(num({ multipleOf: 0.1 }), fc.constantFrom(0.3, -0.2, 0)),
  sample(bool(), fc.boolean()),
  sample(str(), words),
  sample(str({ minLength: 1, maxLength: 2 }), fc.constantFrom('a', 'ab', '😀😀')),
  sample(str({ pattern: '^[a-b]+$' }), fc.constantFrom('a', 'ab')),
  sample(str({ minLength: 2, pattern: /B/i }), fc.constantFrom('ab', 'Bb')),
  sample(literal('a', 'b', ...KEYS), keys),
  sample(literal('a', 1, null, false), fc.constantFrom('a', 1, null, false)),
  sample(literal('a'), fc.constant('a')),
  sample(unknown(), fc.constantFrom(null, 1, 'a', { a: [1] }, [])),
  sample(uuid(), fc.uuid()),
  sample(email(), fc.constant('ada@example.com')),
  sample(date(), fc.constant('2024-02-29')),
  sample(datetime(), fc.constant('2024-02-29T12:00:00Z')),
]

interface FieldSample {
  readonly key: string
  readonly sample: Sample
  readonly presence: 'required' | 'optional' | 'default'
  readonly fallback: unknown
}

function objectSample(fields: readonly FieldSample[], isClosed: boolean): Sample {
  const unique = [...new Map(fields.map((field) => [field.key, field])).values()]
  const declared = unique.map((field): [string, Schema<unknown>] => [field.key, declare(field)])
  const schema = object(Object.fromEntries(declared), { extra: isClosed ? 'forbid' : 'ignore' })
  const fitting = fc
    .tuple(
      fc.record(
        Object.fromEntries(unique.map(({ key, sample: { fitting: value } }) => [key, value])),
        {
          requiredKeys: unique
            .filter(({ presence }) => presence === 'required')
            .map(({ key }) => key),
        },
      ),
      fc.constantFrom(undefined, undefined, 'extra', 'toJSON', '__proto__'),
      fc.boolean(),
    )
    .map(([value, extra, isTurned]) => {
      const entries = Object.entries(value)
      if (isTurned) entries.reverse()
      if (extra !== undefined && !isClosed) entries.push([extra, { x: 1 }])
      return Object.fromEntries(entries)
    })
  return new Sample(schema, fitting)
}

function declare({ sample: { schema }, presence, fallback }: FieldSample): Schema<unknown> {
  if (presence === 'optional') return optional(schema)
  if (presence === 'required') return schema
  return nullable(schema, { default: fallback })
}

/** Schemas of every kind that has code, nested. */
export const samples: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample }>((tie) => {
  const fields = fc.record({
    key: keys,
    sample: tie('sample'),
    presence: fc.constantFrom('required' as const, 'optional' as const, 'default' as const),
    fallback: fc.constant(null),
  })
  return {
    sample: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...leaves),
      fc
        .tuple(tie('sample'), fc.boolean())
        .map(([{ schema, fitting }, isCounted]) =>
          isCounted
            ? sample(
                array(schema, { minItems: 1, maxItems: 2 }),
                fc.array(fitting, { minLength: 1, maxLength: 2 }),
              )
            : sample(array(schema), fc.array(fitting, { maxLength: 3 })),
        ),
      tie('sample').map(({ schema, fitting }) =>
        sample(record(schema), fc.dictionary(keys, fitting, { maxKeys: 3 })),
      ),
      tie('sample').map(({ schema, fitting }) => sample(nullable(schema), fc.option(fitting))),
      fc
        .tuple(tie('sample'), tie('sample'))
        .map(([first, second]) =>
          sample(union(first.schema, second.schema), fc.oneof(first.fitting, second.fitting)),
        ),
      fc
        .tuple(fc.array(fields, { maxLength: 5 }), fc.boolean())
        .map(([all, isClosed]) => objectSample(all, isClosed)),
    ),
  }
}).sample

const wild = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      null,
      true,
      0,
      -0,
      1,
      3,
      -7,
      0.5,
      1e300,
      '',
      'a',
      'ab',
      'abc',
      '😀',
      '"\\\n\ud800',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(keys, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
  ),
})).value

/** What only a program can pass, never JSON. */
export const programValues: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  5n,
  2n ** 60n,
  new Date(0),
  new Date(Number.NaN),
  Symbol('x'),
  () => 1,
  Object.assign([1], { toJSON: () => 'array' }),
  { a: 1, toJSON: () => 'object' },
  Object.create({ a: 1, b: 'ab' }),
  Object.assign(Object.create(null), { a: 1 }),
  Object.defineProperty({ b: 1 }, 'a', { value: 1, enumerable: false }),
  Object.assign(
    new (class Point {
      get b(): number {
        return 1
      }
    })(),
    { a: 1 },
  ),
  new Map([['a', 1]]),
  // oxlint-disable-next-line no-sparse-arrays -- a hole is the point
  [1, , 2],
)

/** Puts another value in some place of a value, or leaves it as it is. */
function spoil(value: unknown, at: number, other: unknown): unknown {
  if (at % 3 === 0 || typeof value !== 'object' || value === null) return other
  const entries = Object.entries(value)
  const chosen = entries[at % Math.max(1, entries.length)]
  if (chosen === undefined) return other
  const changed = entries.map(([key, inner]): [string, unknown] => [
    key,
    key === chosen[0] ? spoil(inner, Math.floor(at / 3), other) : inner,
  ])
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed)
}

/** Values for a sample: half of them fit, most others nearly. */
export function inputsFor(
  { fitting }: Sample,
  others: fc.Arbitrary<unknown> = wild,
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fitting, weight: 3 },
    {
      arbitrary: fc
        .tuple(fitting, fc.nat(80), others)
        .map(([value, at, other]) => spoil(value, at, other)),
      weight: 2,
    },
    { arbitrary: others, weight: 1 },
  )
}

/** A sample with some inputs for it. */
export function samplesWithInputs(
  others: fc.Arbitrary<unknown> = wild,
): fc.Arbitrary<{ readonly sample: Sample; readonly inputs: readonly unknown[] }> {
  return samples.chain((each) =>
    fc
      .array(inputsFor(each, others), { minLength: 1, maxLength: 6 })
      .map((inputs) => ({ sample: each, inputs })),
  )
}
