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

// Not all of them fit the schema, so they are not its `examples`.
const examples = [
  { name: 'Foo', description: 'A very nice Item', price: 35.4, tax: 3.2 },
  { name: 'Bar', price: '35.4' },
  { name: 'Baz', price: 'thirty five point four' },
]

export const app = new App()

app.put(
  '/items/{item_id:int}',
  { in: { item: body(meta(Item, { jsonSchema: { examples } })) } },
  ({ item_id, item }) => ({ item_id, item }),
)
