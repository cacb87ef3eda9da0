import { expectTypeOf } from 'expect-type'
import { z } from 'zod'
import { App, body, query } from '../../src/app/index.ts'
import {
  array,
  bigint,
  brand,
  bytes,
  computed,
  datetime,
  decimal,
  discriminatedUnion,
  duration,
  enumOf,
  extend,
  type Infer,
  int,
  keyedRecord,
  lazy,
  literal,
  map,
  meta,
  nullable,
  object,
  omit,
  optional,
  partial,
  pick,
  readOnly,
  refine,
  required,
  type Schema,
  type Secret,
  secret,
  set,
  str,
  transform,
  tuple,
  writeOnly,
} from '../../src/schema/index.ts'

// Each kind has the type of its values.
expectTypeOf<Infer<ReturnType<typeof bigint>>>().toEqualTypeOf<bigint>()
expectTypeOf<Infer<ReturnType<typeof bytes>>>().toEqualTypeOf<Uint8Array>()
expectTypeOf<Infer<ReturnType<typeof decimal>>>().toEqualTypeOf<string>()
expectTypeOf<Infer<ReturnType<typeof duration>>>().toEqualTypeOf<number>()
expectTypeOf<Infer<ReturnType<typeof datetime>>>().toEqualTypeOf<Date>()
const color = enumOf(['red', 'blue'])
expectTypeOf<Infer<typeof color>>().toEqualTypeOf<'red' | 'blue'>()
const level = enumOf({ Low: 1, High: 2 })
expectTypeOf<Infer<typeof level>>().toEqualTypeOf<1 | 2>()
const pair = tuple([int(), str()])
expectTypeOf<Infer<typeof pair>>().toEqualTypeOf<[number, string]>()
const open = tuple([int()], { rest: str() })
expectTypeOf<Infer<typeof open>>().toExtend<[number, ...string[]]>()
const ids = set(int())
expectTypeOf<Infer<typeof ids>>().toEqualTypeOf<Set<number>>()
const scores = map(int(), array(str()))
expectTypeOf<Infer<typeof scores>>().toEqualTypeOf<Map<number, string[]>>()
const counts = keyedRecord(color, int())
expectTypeOf<Infer<typeof counts>>().toEqualTypeOf<{ red?: number; blue?: number }>()
const hidden = secret(str())
expectTypeOf<Infer<typeof hidden>>().toEqualTypeOf<Secret<string>>()

// Modifiers keep or change the type.
const user = object({ id: int(), name: str(), nick: optional(str()) })
expectTypeOf(refine(user, ({ name }) => name !== '')).toEqualTypeOf(user)
expectTypeOf(meta(user, { description: 'x' })).toEqualTypeOf(user)
const when = transform(str(), (text) => new Date(text))
expectTypeOf<Infer<typeof when>>().toEqualTypeOf<Date>()
const userId = brand(int(), 'UserId')
const orderId = brand(int(), 'OrderId')
expectTypeOf<Infer<typeof userId>>().toExtend<number>()
// @ts-expect-error -- a UserId is no OrderId
void ((id: Infer<typeof userId>): Infer<typeof orderId> => id)

// Objects made from others.
expectTypeOf(pick(user, ['id']).parse({}).id).toEqualTypeOf<number>()
expectTypeOf(omit(user, ['nick']).parse({}).name).toEqualTypeOf<string>()
expectTypeOf(extend(user, { id: str() }).parse({}).id).toEqualTypeOf<string>()
expectTypeOf(partial(user).parse({}).name).toEqualTypeOf<string | undefined>()
expectTypeOf(required(user).parse({}).nick).toEqualTypeOf<string>()
// @ts-expect-error -- there is no such key
pick(user, ['nope'])
// @ts-expect-error -- there is no such key
omit(user, ['nope'])

// Keys of one direction, and computed ones.
const account = object(
  { id: readOnly(int()), password: writeOnly(str()) },
  { computed: { size: computed(int(), ({ password }) => password.length) } },
)
expectTypeOf(account.parse({}).id).toEqualTypeOf<number | undefined>()
expectTypeOf(account.parse({}).password).toEqualTypeOf<string>()
// @ts-expect-error -- the function gives no number
object({ a: int() }, { computed: { b: computed(int(), () => 'x') } })

// Unions by a tag.
const pet = discriminatedUnion('type', [
  object({ type: literal('cat'), lives: int() }),
  object({ type: literal('dog'), age: int() }),
])
const found = pet.parse({})
expectTypeOf(found.type).toEqualTypeOf<'cat' | 'dog'>()
if (found.type === 'cat') expectTypeOf(found.lives).toEqualTypeOf<number>()

// Recursion says its type.
interface Tree {
  value: number
  next: Tree | null
}
const tree: Schema<Tree> = object({ value: int(), next: nullable(lazy(() => tree)) })
expectTypeOf(tree.parse({})).toEqualTypeOf<Tree>()

// Schemas of other libraries, without wrapping.
const person = z.object({ name: z.string(), age: z.number().optional() })
new App().post(
  '/people',
  { in: { person: body(person), limit: query(z.coerce.number()) }, out: { 200: person } },
  ({ person: { name, age }, limit }) => {
    expectTypeOf(name).toEqualTypeOf<string>()
    expectTypeOf(age).toEqualTypeOf<number | undefined>()
    expectTypeOf(limit).toEqualTypeOf<number>()
    return { name, age }
  },
)
// @ts-expect-error -- the body of 200 is a person
new App().get('/person', { out: { 200: person } }, () => ({ age: 1 }))
// @ts-expect-error -- no schema at all
body({ type: 'object' })
// @ts-expect-error -- the default is no color
enumOf(['red', 'blue'], { default: 'green' })
