import { App, array, body, num, object, str } from '../../../src/index.ts'

const Item = object({ name: str(), price: num() }, { title: 'Item' })
const ResponseMessage = object({ message: str() }, { title: 'ResponseMessage' })

export const app = new App()

app.post('/items/', { in: { item: body(Item) }, out: { 200: ResponseMessage } }, () => ({
  message: 'item received',
}))

app.get('/items/', { out: { 200: array(Item) } }, () => [
  { name: 'Plumbus', price: 3 },
  { name: 'Portal Gun', price: 9001 },
])
