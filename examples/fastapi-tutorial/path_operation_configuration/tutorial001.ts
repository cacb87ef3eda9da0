import { App, body, nullable, num, object, set, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
    tags: set(str(), { default: new Set() }),
  },
  { title: 'Item' },
)

export const app = new App()

app.post('/items/', { in: { item: body(Item) }, out: { 201: Item } }, ({ item }) => item)
