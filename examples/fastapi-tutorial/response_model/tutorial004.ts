import {
  App,
  array,
  excludeUnset,
  HttpError,
  nullable,
  num,
  object,
  str,
} from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: num({ default: 10.5 }),
    tags: array(str(), { default: [] }),
  },
  { title: 'Item' },
)

const items = new Map([
  ['foo', { name: 'Foo', price: 50.2 }],
  ['bar', { name: 'Bar', description: 'The bartenders', price: 62, tax: 20.2 }],
  ['baz', { name: 'Baz', description: null, price: 50.2, tax: 10.5, tags: [] }],
])

export const app = new App()

app.get('/items/{item_id}', { out: { 200: excludeUnset(Item) } }, ({ item_id }) => {
  const item = items.get(item_id)
  if (item === undefined) throw new HttpError(404)
  return item
})
