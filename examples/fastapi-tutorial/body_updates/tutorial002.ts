import {
  App,
  array,
  body,
  excludeUnset,
  HttpError,
  type Infer,
  nullable,
  num,
  object,
  str,
} from '../../../src/index.ts'

const Item = object(
  {
    name: nullable(str(), { default: null }),
    description: nullable(str(), { default: null }),
    price: nullable(num(), { default: null }),
    tax: num({ default: 10.5 }),
    tags: array(str(), { default: [] }),
  },
  { title: 'Item' },
)
type Item = Infer<typeof Item>

const items = new Map<string, Item>([
  ['foo', Item.parse({ name: 'Foo', price: 50.2 })],
  ['bar', Item.parse({ name: 'Bar', description: 'The bartenders', price: 62, tax: 20.2 })],
  ['baz', Item.parse({ name: 'Baz', description: null, price: 50.2, tax: 10.5, tags: [] })],
])

function find(id: string): Item {
  const item = items.get(id)
  if (item === undefined) throw new HttpError(404)
  return item
}

export const app = new App()

app.get('/items/{item_id}', { out: { 200: Item } }, ({ item_id }) => find(item_id))

app.patch(
  '/items/{item_id}',
  { in: { changes: body(excludeUnset(Item)) }, out: { 200: Item } },
  ({ item_id, changes }) => {
    const updated = { ...find(item_id), ...changes }
    items.set(item_id, updated)
    return updated
  },
)
