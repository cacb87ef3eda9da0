import { App, array, body, httpUrl, nullable, num, object, set, str } from '../../../src/index.ts'

const Image = object({ url: httpUrl(), name: str() }, { title: 'Image' })

const Item = object(
  {
    name: str(),
    description: nullable(str(), { default: null }),
    price: num(),
    tax: nullable(num(), { default: null }),
    tags: set(str(), { default: new Set() }),
    images: nullable(array(Image), { default: null }),
  },
  { title: 'Item' },
)

export const app = new App()

app.put('/items/{item_id:int}', { in: { item: body(Item) } }, ({ item_id, item }) => ({
  item_id,
  item,
}))
