import { App, array, body, nullable, object, str } from '../../../src/index.ts'

const Item = object(
  { name: str(), description: nullable(str(), { default: null }) },
  { title: 'Item' },
)

export const app = new App()

app.post('/items/', { in: { item: body(Item) } }, ({ item }) => item)

app.get('/items/', { out: { 200: array(Item) } }, () => [
  { name: 'Portal Gun', description: 'Device to travel through the multi-rick-verse' },
  { name: 'Plumbus', description: null },
])
