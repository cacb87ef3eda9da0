import { App, body, int, nullable, num, object, query, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

const User = object(
  { username: str(), full_name: nullable(str(), { default: null }) },
  { title: 'User' },
)

export const app = new App()

app.put(
  '/items/{item_id:int}',
  {
    in: {
      given: body(object({ item: Item, user: User, importance: int({ above: 0 }) })),
      q: query(nullable(str(), { default: null })),
    },
  },
  ({ item_id, given, q }) => ({ item_id, ...given, ...(q && { q }) }),
)
