import { App, body, meta, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

const examples = [{ name: 'Foo', description: 'A very nice Item', price: 35.4, tax: 3.2 }]

export const app = new App()

app.put(
  '/items/{item_id:int}',
  { in: { item: body(meta(Item, { examples })) } },
  ({ item_id, item }) => ({ item_id, item }),
)
