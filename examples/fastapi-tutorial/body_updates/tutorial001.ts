import {
  App,
  array,
  body,
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

const items = new Map<string, Infer<typeof Item>>([
  ['foo', Item.parse({ name: 'Foo', price: 50.2 })],
  ['bar', Item.parse({ name: 'Bar', description: 'The bartenders', price: 62, tax: 20.2 })],
  ['baz', Item.parse({ name: 'Baz', description: null, price: 50.2, tax: 10.5, tags: [] })],
])

export const app = new App()

app.get('/items/{item_id}', { out: { 200: Item } }, ({ item_id }) => {
  const item = items.get(item_id)
  if (item === undefined) throw new HttpError(404)
  return item
})

app.put(
  '/items/{item_id}',
  { in: { item: body(Item) }, out: { 200: Item } },
  ({ item_id, item }) => {
    items.set(item_id, item)
    return item
  },
)
