import { App, body, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str({ examples: ['Foo'] }),
    description: nullable(str(), { default: null, examples: ['A very nice Item'] }),
    price: num({ examples: [35.4] }),
    tax: nullable(num(), { default: null, examples: [3.2] }),
  },
  { title: 'Item' },
)

export const app = new App()

app.put('/items/{item_id:int}', { in: { item: body(Item) } }, ({ item_id, item }) => ({
  item_id,
  item,
}))
