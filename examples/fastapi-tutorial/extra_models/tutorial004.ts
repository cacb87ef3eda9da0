import { App, array, object, str } from '../../../src/index.ts'

const Item = object({ name: str(), description: str() }, { title: 'Item' })

const items = [
  { name: 'Foo', description: 'There comes my hero' },
  { name: 'Red', description: "It's my aeroplane" },
]

export const app = new App()

app.get('/items/', { out: { 200: array(Item) } }, () => items)
