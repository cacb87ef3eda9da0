import { expectTypeOf } from 'expect-type'
import { chain, Future, Pipeline, type StageContext, sleep } from '../../src/future/index.ts'

interface User {
  readonly id: number
  readonly name: string
}

// A pipeline without stages gives what it takes.
expectTypeOf(new Pipeline<string>()).toEqualTypeOf<Pipeline<string, string>>()

// Each stage sees what the one before comes to, whatever kind of function that is.
const users = new Pipeline<string>()
  .stage('parse', (text, context) => {
    expectTypeOf(text).toEqualTypeOf<string>()
    expectTypeOf(context).toEqualTypeOf<StageContext>()
    return Number(text)
  })
  .stage('promise', async (id): Promise<User> => {
    expectTypeOf(id).toEqualTypeOf<number>()
    return { id, name: 'Ada' }
  })
  .tap('log', (user) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return 'is not passed on'
  })
  .stage('future', (user) => {
    expectTypeOf(user).toEqualTypeOf<User>()
    return sleep(1).then(() => user.name)
  })
expectTypeOf(users).toEqualTypeOf<Pipeline<string, string>>()
expectTypeOf(users.execute('1')).toEqualTypeOf<Future<string>>()
void users.execute(Promise.resolve('1'))
// @ts-expect-error -- a number is not what it takes
void users.execute(1)

// The branches of a parallel stage become a record.
const enriched = users.parallel('enrich', {
  length: (name) => {
    expectTypeOf(name).toEqualTypeOf<string>()
    return name.length
  },
  upper: async (name) => name.toUpperCase(),
  tags: (name) => Future.ready([name]),
})
enriched.stage('use', (record) => {
  expectTypeOf(record).toEqualTypeOf<{ length: number; upper: string; tags: string[] }>()
})

// Composition joins what fits only.
const count = new Pipeline<string>().stage('count', (text) => text.length)
expectTypeOf(users.pipe(count)).toEqualTypeOf<Pipeline<string, number>>()
// @ts-expect-error -- count gives numbers, users takes texts
count.pipe(users)

// Results of many.
const many = count.executeMany(['a', Promise.resolve('b'), Future.ready('c')])
expectTypeOf(many).toEqualTypeOf<AsyncIterableIterator<number>>()
async function* lines(): AsyncGenerator<string> {
  yield 'a'
}
void count.executeMany(lines())
// @ts-expect-error -- numbers are not what it takes
void count.executeMany([1, 2])

// A stage's signal is the execution's own.
// @ts-expect-error -- retry has no signal here
new Pipeline<number>().stage('a', (id) => id, { retry: { signal: new AbortController().signal } })

// chain infers from left to right.
const chained = chain(
  '1',
  Number,
  (id) => {
    expectTypeOf(id).toEqualTypeOf<number>()
    return Promise.resolve({ id })
  },
  ({ id }) => Future.ready([id]),
  (ids) => {
    expectTypeOf(ids).toEqualTypeOf<number[]>()
    return ids.length > 0
  },
)
expectTypeOf(chained).toEqualTypeOf<Future<boolean>>()
expectTypeOf(chain(Promise.resolve(1))).toEqualTypeOf<Future<number>>()
expectTypeOf(
  chain(
    0,
    (a) => a + 1,
    (b) => `${b}`,
    (c) => [c],
    (d) => ({ d }),
    ({ d }) => d,
    (e) => e[0],
    async (f) => f?.length ?? 0,
    (g) => {
      expectTypeOf(g).toEqualTypeOf<number>()
      return g > 0
    },
  ),
).toEqualTypeOf<Future<boolean>>()
// @ts-expect-error -- the second step does not take what the first gives
void chain('1', Number, (text: string) => text)
