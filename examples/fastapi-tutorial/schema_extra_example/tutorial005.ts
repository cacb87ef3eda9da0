import { App, body, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

const examples = {
  normal: {
    summary: 'A normal example',
    description: 'A **normal** item works correctly.',
    value: { name: 'Foo', description: 'A very nice Item', price: 35.4, tax: 3.2 },
  },
  converted: {
    summary: 'An example with converted data',
    description: 'FastAPI can convert price `strings` to actual `numbers` automatically',
    value: { name: 'Bar', price: '35.4' },
  },
  invalid: {
    summary: 'Invalid data is rejected with an error',
    value: { name: 'Baz', price: 'thirty five point four' },
  },
}

export const app = new App()

app.put(
  '/items/{item_id:int}',
  { in: { item: body(Item) }, requestBody: { examples } },
  ({ item_id, item }) => ({ item_id, item }),
)
