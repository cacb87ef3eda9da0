import { expectTypeOf } from 'expect-type'
import {
  App,
  type AppRequest,
  body,
  dep,
  get,
  header,
  type PathParameters,
  path,
  query,
  rawBody,
  reply,
  request,
  router,
  signal,
} from '../../src/app/index.ts'
import { Future } from '../../src/future/index.ts'
import { array, int, nullable, object, optional, str, uuid } from '../../src/schema/index.ts'

const app = new App()
const User = object({ id: int(), name: str() })
const Problem = object({ detail: str() })

// Parameters of the pattern, without any declaration.
expectTypeOf<PathParameters<'/a/b'>>().toEqualTypeOf<unknown>()
app.get('/user/{id:int}/{x:float}/{key:uuid}/{rest:path}', ({ id, x, key, rest }) => {
  expectTypeOf(id).toEqualTypeOf<number>()
  expectTypeOf(x).toEqualTypeOf<number>()
  expectTypeOf(key).toEqualTypeOf<string>()
  expectTypeOf(rest).toEqualTypeOf<string>()
})

app.get('/plain', (inputs) => {
  // @ts-expect-error -- there is no parameter of that name
  void inputs.id
})

// Every kind of input.
app.post(
  '/inputs/{id:int}/{key}',
  {
    in: {
      id: path(int({ min: 1 })),
      limit: query(int({ default: 10 })),
      tags: query(array(str())),
      page: query('page_size', optional(int())),
      agent: header(),
      user: body(User),
      bytes: rawBody(),
      req: request(),
      gone: signal(),
    },
  },
  (inputs) => {
    expectTypeOf(inputs.id).toEqualTypeOf<number>()
    expectTypeOf(inputs.key).toEqualTypeOf<string>()
    expectTypeOf(inputs.limit).toEqualTypeOf<number>()
    expectTypeOf(inputs.tags).toEqualTypeOf<string[]>()
    expectTypeOf(inputs.page).toEqualTypeOf<number | undefined>()
    expectTypeOf(inputs.agent).toEqualTypeOf<string>()
    expectTypeOf(inputs.user.id).toEqualTypeOf<number>()
    expectTypeOf(inputs.bytes).toEqualTypeOf<Uint8Array>()
    expectTypeOf(inputs.req).toEqualTypeOf<AppRequest>()
    expectTypeOf(inputs.gone).toEqualTypeOf<AbortSignal>()
    // @ts-expect-error -- inputs are for reading
    inputs.limit = 3
  },
)

// A declared input stands above what the pattern says.
app.get('/users/{id:int}', { in: { id: path(uuid()) } }, ({ id }) => {
  expectTypeOf(id).toEqualTypeOf<string>()
})

app.get(
  '/users/{id}',
  {
    in: {
      // @ts-expect-error -- '/users/{id}' has no parameter {userId}
      userId: path(int()),
    },
  },
  () => 1,
)

// Dependencies carry their type to whoever names them.
interface Db {
  one<Row = unknown>(sql: string, values?: unknown[]): Future<Row>
  maybeOne<Row = unknown>(sql: string, values?: unknown[]): Future<Row | undefined>
}
declare const pool: Db

const db = dep({ scope: 'core' }, async function* () {
  yield pool
})
expectTypeOf(db['~value']).toEqualTypeOf<Db>()
const token = dep({ raw: header('authorization', str()) }, ({ raw }) => {
  expectTypeOf(raw).toEqualTypeOf<string>()
  return raw.length
})
expectTypeOf(token['~value']).toEqualTypeOf<number>()
const both = dep({ in: { db, token }, cleanup: 'handler' }, function* (needed) {
  expectTypeOf(needed.token).toEqualTypeOf<number>()
  yield { db: needed.db, token: needed.token }
})
expectTypeOf(both['~value'].token).toEqualTypeOf<number>()
expectTypeOf(dep(async () => 'a')['~value']).toEqualTypeOf<string>()
expectTypeOf(dep(() => Future.ready(1))['~value']).toEqualTypeOf<number>()
expectTypeOf(dep({ url: 'x' })['~value']).toEqualTypeOf<{ url: string }>()

// @ts-expect-error -- an unknown scope
dep({ scope: 'galaxy' }, () => 1)

// What handlers may return, in both styles.
app.get(
  '/users/{id:int}/async',
  { in: { db }, out: { 200: User, 404: Problem } },
  async ({ id, db }) =>
    (await db.maybeOne('select id, name, secret from users where id = $1', [id])) ??
    reply(404, { detail: 'no such user' }),
)
class NoRowsError extends Error {}
const toView = (row: unknown): { id: number; name: string } => row as { id: number; name: string }
app.get('/users/{id:int}/fast', { in: { db }, out: { 200: User, 404: Problem } }, ({ id, db }) =>
  db
    .one('select ...', [id])
    .then(toView)
    .catchType(NoRowsError, () => reply(404, { detail: 'no such user' })),
)
app.get('/users/{id:int}/fast', { in: { db } }, ({ id, db }) =>
  db
    .one('select ...', [id])
    .then(toView)
    .catchType(NoRowsError, () => reply(404, { detail: 'no such user' })),
)
app.get('/row', { out: { 200: User } }, () => ({ id: 1, name: 'a', secret: 'x' }))
app.get('/later', { out: { 200: User } }, () => Future.ready({ id: 1, name: 'a' }))
app.get('/list', { out: { 200: array(User) } }, async () => [{ id: 1, name: 'a' }])
app.delete('/users/{id:int}', { out: { 204: null } }, () => undefined)
app.post('/created', { out: { 201: User, 409: Problem } }, () => ({ id: 1, name: 'a' }))

// @ts-expect-error -- name is missing
app.get('/wrong', { out: { 200: User } }, () => ({ id: 1 }))
// @ts-expect-error -- id is a string
app.get('/wrong', { out: { 200: User } }, () => ({ id: '1', name: 'a' }))
// @ts-expect-error -- 409 is not declared
app.get('/wrong', { out: { 200: User } }, () => reply(409, { detail: 'x' }))
// @ts-expect-error -- the body of 404 has a detail
app.get('/wrong', { out: { 200: User, 404: Problem } }, () => reply(404, { message: 'x' }))
// @ts-expect-error -- an unknown option
app.get('/wrong', { sumary: 'x' }, () => 1)

// Objects: optional keys may be absent, nullable values may be null.
const Partial = object({ a: int(), b: optional(str()), c: nullable(str()) })
expectTypeOf<(typeof Partial)['~type']['a']>().toEqualTypeOf<number>()
expectTypeOf<(typeof Partial)['~type']['c']>().toEqualTypeOf<string | null>()
const fits: (typeof Partial)['~type'] = { a: 1, c: null }
void fits
// @ts-expect-error -- c may be null, but not absent
const lacks: (typeof Partial)['~type'] = { a: 1 }
void lacks

// Routes are values, and routers keep their names.
const getUser = get('/users/{id:int}', { out: { 200: User } }, ({ id }) => ({ id, name: 'a' }))
const users = router({ getUser }, { prefix: '/v1', tags: ['users'] })
expectTypeOf(users.routes.getUser.pattern).toEqualTypeOf<'/users/{id:int}'>()
app.include(users)

app.override(db, pool)
app.override(token, () => 3)
// @ts-expect-error -- the fake is of another type
app.override(token, 'x')
