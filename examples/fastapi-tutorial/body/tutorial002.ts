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

export const app = new App()

app.post('/items/', { in: { item: body(Item) } }, ({ item }) =>
  item.tax === null ? item : { ...item, price_with_tax: item.price + item.tax },
)
