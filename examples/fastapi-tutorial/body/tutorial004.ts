import { App, body, nullable, num, object, query, str } from '../../../src/index.ts'

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
  '/items/{item_id:int}',
  { in: { item: body(Item), q: query(nullable(str(), { default: null })) } },
  ({ item_id, item, q }) => ({ item_id, ...item, ...(q && { q }) }),
)
