import { App, body, int, nullable, num, object, path, query, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

export const app = new App()

app.put(
  '/items/{item_id}',
  {
    in: {
      item_id: path(int({ title: 'The ID of the item to get', min: 0, max: 1000 })),
      q: query(nullable(str(), { default: null })),
      item: body(nullable(Item, { default: null })),
    },
  },
  ({ item_id, q, item }) => ({ item_id, ...(q && { q }), ...(item && { item }) }),
)
