import { expectTypeOf } from 'expect-type'
import {
  App,
  body,
  cookie,
  dep,
  events,
  file,
  form,
  get,
  header,
  path,
  post,
  query,
  rawBody,
  request,
  router,
  websocket,
} from '../../src/app/index.ts'
import type { Client, ClientEvent, ClientSocket } from '../../src/client/index.ts'
import { client, isError } from '../../src/client/index.ts'
import type { Future } from '../../src/future/index.ts'
import {
  array,
  datetime,
  int,
  literal,
  nullable,
  object,
  optional,
  str,
  union,
} from '../../src/schema/index.ts'

const Item = object({ id: int(), name: str(), tags: array(str(), { default: [] }) })
const Problem = object({ detail: str() })
const db = dep(() => ({ find: (id: number) => ({ id, name: 'a', tags: [] }) }))

const read = get(
  '/items/{id:int}',
  { in: { db, gone: request() }, out: { 200: Item, 404: Problem } },
  ({ id, db }) => db.find(id),
)
const list = get(
  '/items',
  {
    in: {
      limit: query(int({ default: 10 })),
      q: query(optional(str())),
      kind: query(union(literal('new'), literal('old'))),
      ids: query(array(int(), { default: [] })),
      trace: header('x-trace', optional(str())),
      session: cookie(str()),
    },
    out: { 200: array(Item) },
  },
  () => [],
)
const create = post(
  '/items',
  { in: { item: body(Item) }, out: { 201: Item, 409: Problem } },
  ({ item }) => item,
)
const upload = post(
  '/files/{folder}/{rest:path}',
  { in: { folder: path(str()), picture: file(), title: form(str()) } },
  () => null,
)
const raw = post('/raw', { in: { data: rawBody() } }, () => null)
const seen = get(
  '/seen',
  { out: { 200: object({ at: datetime(), by: nullable(str()) }) } },
  () => ({ at: new Date(0), by: null }),
)
const feed = get('/feed', { out: { 200: events(Item) } }, async function* () {
  yield { data: { id: 1, name: 'a', tags: [] } }
})
const chat = websocket('/chat/{room}', () => undefined)

const api = router({ items: router({ read, list, create }), upload, raw, seen, feed, chat })
const calls = client<typeof api>('http://localhost')

// The tree of names is that of the routers.
expectTypeOf(calls).toEqualTypeOf<Client<typeof api>>()
expectTypeOf<keyof typeof calls>().toEqualTypeOf<
  'items' | 'upload' | 'raw' | 'seen' | 'feed' | 'chat'
>()
expectTypeOf<keyof typeof calls.items>().toEqualTypeOf<'read' | 'list' | 'create'>()
// @ts-expect-error: there is no route of that name
void calls.items.remove
// @ts-expect-error: there is no router of that name
void calls.users
// @ts-expect-error: a router is not called
calls.items({ id: 1 })
// @ts-expect-error: methods of an app leave no type behind
client<App>('http://localhost')

// Parameters of the path are arguments, dependencies and the request are not.
type ReadArguments = Parameters<typeof calls.items.read>[0]
expectTypeOf<ReadArguments['id']>().toEqualTypeOf<number>()
expectTypeOf<keyof ReadArguments>().toEqualTypeOf<'id'>()
void calls.items.read({ id: 1 })
// @ts-expect-error: the parameter of the path is missing
void calls.items.read({})
// @ts-expect-error: no arguments at all
void calls.items.read()
// @ts-expect-error: a text where a number is declared
void calls.items.read({ id: '1' })
// @ts-expect-error: a name that is not declared
void calls.items.read({ id: 1, limit: 2 })
// @ts-expect-error: dependencies are the server's
void calls.items.read({ id: 1, db: null })

// Inputs with defaults, and those that may be absent, need not be given.
void calls.items.list({ kind: 'new', session: 's' })
void calls.items.list({ kind: 'old', session: 's', limit: 5, q: 'a', ids: [1], trace: 't' })
// @ts-expect-error: neither `new` nor `old`
void calls.items.list({ kind: 'other', session: 's' })
// @ts-expect-error: a required query parameter is missing
void calls.items.list({ session: 's' })
// @ts-expect-error: a required cookie is missing
void calls.items.list({ kind: 'new' })
// @ts-expect-error: a list of numbers is declared
void calls.items.list({ kind: 'new', session: 's', ids: ['1'] })
type ListArguments = Parameters<typeof calls.items.list>[0]
expectTypeOf<ListArguments['limit']>().toEqualTypeOf<number | undefined>()
expectTypeOf<ListArguments['q']>().toEqualTypeOf<string | undefined>()
expectTypeOf<ListArguments['kind']>().toEqualTypeOf<'new' | 'old'>()

// Bodies are what may be sent: keys with defaults may be left out.
void calls.items.create({ item: { id: 1, name: 'a' } })
void calls.items.create({ item: { id: 1, name: 'a', tags: ['b'] } })
// @ts-expect-error: a key of the body is missing
void calls.items.create({ item: { id: 1 } })
// @ts-expect-error: a key of the body is of another type
void calls.items.create({ item: { id: '1', name: 'a' } })
// @ts-expect-error: a key that the body does not have
void calls.items.create({ item: { id: 1, name: 'a', price: 2 } })
void calls.upload({ folder: 'a', rest: 'b/c', picture: new Blob([]), title: 'x' })
// @ts-expect-error: the file is missing
void calls.upload({ folder: 'a', rest: 'b/c', title: 'x' })
// @ts-expect-error: the field of the form is missing
void calls.upload({ folder: 'a', rest: 'b/c', picture: new Blob([]) })
// @ts-expect-error: the rest of the path is missing
void calls.upload({ folder: 'a', picture: new Blob([]), title: 'x' })
void calls.raw({ data: new Uint8Array() })
// @ts-expect-error: bytes are declared
void calls.raw({ data: 1 })

// Results are the body of the success.
type ItemBody = { id: number; name: string; tags: string[] }
expectTypeOf<Awaited<ReturnType<typeof calls.items.read>>>().toEqualTypeOf<ItemBody>()
expectTypeOf(calls.items.read({ id: 1 }).result()).toEqualTypeOf<Future<ItemBody>>()
expectTypeOf<Awaited<ReturnType<typeof calls.items.create>>>().toEqualTypeOf<ItemBody>()
expectTypeOf<Awaited<ReturnType<typeof calls.items.list>>>().toEqualTypeOf<ItemBody[]>()
expectTypeOf(calls.items.read({ id: 1 }).response()).toEqualTypeOf<Future<Response>>()
// A moment is text in JSON.
expectTypeOf<Awaited<ReturnType<typeof calls.seen>>>().toEqualTypeOf<{
  at: string
  by: string | null
}>()
expectTypeOf(calls.items.read({ id: 1 }).catch(() => null)).toEqualTypeOf<Future<ItemBody | null>>()

// Answers are told apart by their status.
void calls.items
  .read({ id: 1 })
  .answer()
  .then((answer) => {
    if (answer.status === 200) expectTypeOf(answer.body).toEqualTypeOf<ItemBody>()
    if (answer.status === 404) expectTypeOf(answer.body).toEqualTypeOf<{ detail: string }>()
    // @ts-expect-error: a status that is not declared
    return answer.status === 409
  })
void calls.items
  .create({ item: { id: 1, name: 'a' } })
  .answer()
  .then(({ status }) => {
    expectTypeOf(status).toEqualTypeOf<201 | 409 | 422>()
  })

// So are failures.
export function detailOf(error: unknown): string | undefined {
  if (isError(calls.items.read, error, 404)) {
    expectTypeOf(error.status).toEqualTypeOf<404>()
    return error.body.detail
  }
  // @ts-expect-error: a status that the route does not declare
  return isError(calls.items.read, error, 409) ? 'conflict' : undefined
}

// Events and sockets.
export async function listen(): Promise<void> {
  for await (const event of calls.feed()) expectTypeOf(event).toEqualTypeOf<ClientEvent<ItemBody>>()
  const socket = await calls.chat({ room: 'a' })
  expectTypeOf(socket).toEqualTypeOf<ClientSocket>()
  // @ts-expect-error: the room is missing
  void calls.chat({})
  // @ts-expect-error: an event stream is no body
  void calls.feed().result
}

// Options of a call.
void calls.items.read({ id: 1 }, { headers: { 'x-key': 'k' }, timeoutMs: 100 })
// @ts-expect-error: there is no such option
void calls.items.read({ id: 1 }, { timeout: 100 })
// @ts-expect-error: milliseconds are a number
void calls.items.read({ id: 1 }, { timeoutMs: '1s' })
