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

app.post(
  '/items/',
  {
    in: { item: body(Item) },
    out: { 200: Item },
    summary: 'Create an item',
    description: `Create an item with all the information:

- **name**: each item must have a name
- **description**: a long description
- **price**: required
- **tax**: if the item doesn't have tax, you can omit this
- **tags**: a set of unique tag strings for this item`,
  },
  ({ item }) => item,
)
