import { App, body, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    price: num(),
    description: nullable(str(), { default: null }),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

export const app = new App()

app.post('/items/', { in: { item: body(Item) } }, ({ item }) => item)
