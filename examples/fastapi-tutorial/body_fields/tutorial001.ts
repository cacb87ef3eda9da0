import { App, body, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    description: nullable(str({ maxLength: 300 }), {
      title: 'The description of the item',
      default: null,
    }),
    price: num({ above: 0, description: 'The price must be greater than zero' }),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

export const app = new App()

app.put(
  '/items/{item_id:int}',
  { in: { item: body(Item, { embed: true }) } },
  ({ item_id, item }) => ({
    item_id,
    item,
  }),
)
