import { App, array, nullable, num, object, str } from '../../../src/index.ts'

const Item = object(
  {
    name: str(),
    price: num(),
    tags: array(str(), { defaultFactory: () => [] }),
    description: nullable(str(), { default: null }),
    tax: nullable(num(), { default: null }),
  },
  { title: 'Item' },
)

export const app = new App()

app.get('/items/next', { out: { 200: Item } }, () => ({
  name: 'Island In The Moon',
  price: 12.99,
  description: "A place to be playin' and havin' fun",
  tags: ['breater'],
  tax: null,
}))
