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

app.post('/items/', { in: { item: body(Item) }, out: { 200: Item } }, ({ item }) => item)

app.get('/items/', { out: { 200: array(Item) } }, () => [
  Item.parse({ name: 'Portal Gun', price: 42 }),
  Item.parse({ name: 'Plumbus', price: 32 }),
])
