import {
  App,
  body,
  dep,
  HttpError,
  header,
  type Infer,
  nullable,
  object,
  str,
} from '../../../../src/index.ts'

const Item = object(
  { id: str(), title: str(), description: nullable(str(), { default: null }) },
  { title: 'Item' },
)

const items = new Map<string, Infer<typeof Item>>([
  ['foo', { id: 'foo', title: 'Foo', description: 'There goes my hero' }],
  ['bar', { id: 'bar', title: 'Bar', description: 'The bartenders' }],
])

const token = dep({ token: header('x-token', str()) }, ({ token }) => {
  if (token !== 'coneofsilence') throw new HttpError(400, 'Invalid X-Token header')
})

export const app = new App({ in: { token } })

app.get('/items/{item_id}', { out: { 200: Item } }, ({ item_id }) => {
  const item = items.get(item_id)
  if (item === undefined) throw new HttpError(404, 'Item not found')
  return item
})

app.post('/items/', { in: { item: body(Item) }, out: { 200: Item } }, ({ item }) => {
  if (items.has(item.id)) throw new HttpError(409, 'Item already exists')
  items.set(item.id, item)
  return item
})
