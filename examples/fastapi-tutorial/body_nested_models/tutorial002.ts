import { App, array, body, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
    tags: array(str(), { default: [] }),
  },
  { title: 'Item' },
)

export const app = new App()

app.put('/items/{item_id:int}', { in: { item: body(Item) } }, ({ item_id, item }) => ({
  item_id,
  item,
}))
