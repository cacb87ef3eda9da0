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
      item: body(Item),
      user: body(User),
      importance: body(int({ above: 0 })),
      q: query(nullable(str(), { default: null })),
    },
  },
  ({ q, ...given }) => ({ ...given, ...(q && { q }) }),
)
