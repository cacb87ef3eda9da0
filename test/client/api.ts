import {
  body,
  cookie,
  dep,
  events,
  file,
  files,
  form,
  get,
  header,
  lastEventId,
  path,
  post,
  put,
  query,
  rawBody,
  reply,
  router,
  websocket,
} from '../../src/app/index.ts'
import { array, datetime, int, object, optional, str } from '../../src/schema/index.ts'

export const Item = object({ id: int(), name: str(), soldAt: optional(datetime()) })
export const Problem = object({ detail: str() })

const page = dep({ offset: query(int({ default: 0 })) }, ({ offset }) => offset)

const read = get(
  '/{id:int}',
  {
    in: { id: path(int()), tags: query(array(str(), { default: [] })), userAgent: header() },
    out: { 200: Item, 404: Problem },
  },
  ({ id, tags, userAgent }) =>
    id === 404
      ? reply(404, { detail: 'no such item' })
      : { id, name: [...tags, userAgent].join('+'), soldAt: new Date(0) },
)

const create = post('/', { in: { item: body(Item) }, out: { 201: Item } }, ({ item }) => item)

const replace = put(
  '/{id:int}',
  { in: { id: path(int()), item: body(Item), reason: body(str()) }, out: { 200: Item } },
  ({ id, item, reason }) => ({ ...item, id, name: reason }),
)

const list = get('/', { in: { page }, out: { 200: Item } }, async function* ({ page: offset }) {
  for (let id = offset; id < offset + 3; id++) yield { id, name: `item ${id}` }
})

const watch = get(
  '/watch',
  { in: { after: lastEventId() }, out: { 200: events(Item) } },
  async function* ({ after = '0' }) {
    for (let id = Number(after) + 1; id <= 3; id++) {
      yield { data: { id, name: `item ${id}` }, id: String(id), event: 'item' }
    }
  },
)

const login = post(
  '/login',
  { in: { user: form(), code: form(optional(int())) } },
  (given) => given,
)

const upload = post(
  '/upload',
  { in: { title: form(), picture: file(), others: files({ optional: true }) } },
  ({ title, picture, others }) => ({
    title,
    picture: [picture.filename, picture.size],
    others: others.map(({ size }) => size),
  }),
)

const echo = post('/echo/{rest:path}', { in: { data: rawBody() } }, ({ data, rest }) =>
  reply(200, data, { headers: { 'content-type': 'application/octet-stream', 'x-rest': rest } }),
)

const session = get('/session', { in: { token: cookie(optional(str())) } }, ({ token }) => ({
  token: token ?? null,
}))

const join = websocket('/chat/{room}', { in: { name: query() } }, async (socket, inputs) => {
  for await (const message of socket) {
    await socket.send(JSON.stringify({ ...inputs, message: message.toString() }))
  }
})

export const items = router({ read, create, replace, list, watch }, { prefix: '/items' })

export const api = router({ items, login, upload, echo, session, chat: router({ join }) })
