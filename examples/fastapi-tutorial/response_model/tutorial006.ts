import {
  App,
  HttpError,
  type Infer,
  nullable,
  num,
  object,
  omit,
  pick,
  str,
} from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: num({ default: 10.5 }),
  },
  { title: 'Item' },
)
const ItemName = pick(Item, ['name', 'description'], { title: 'ItemName' })
const PublicItem = omit(Item, ['tax'], { title: 'PublicItem' })

const items = new Map<string, Infer<typeof Item>>([
  ['foo', Item.parse({ name: 'Foo', price: 50.2 })],
  ['bar', Item.parse({ name: 'Bar', description: 'The Bar fighters', price: 62, tax: 20.2 })],
  ['baz', Item.parse({ name: 'Baz', description: 'There goes my baz', price: 50.2, tax: 10.5 })],
])

function find(id: string): Infer<typeof Item> {
  const item = items.get(id)
  if (item === undefined) throw new HttpError(404)
  return item
}

export const app = new App()

app.get('/items/{item_id}/name', { out: { 200: ItemName } }, ({ item_id }) => find(item_id))

app.get('/items/{item_id}/public', { out: { 200: PublicItem } }, ({ item_id }) => find(item_id))
