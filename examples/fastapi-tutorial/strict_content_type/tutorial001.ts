import { App, body, num, object, str } from '../../../src/index.ts'

const Item = object({ name: str(), price: num() }, { title: 'Item' })

export const app = new App()

app.post('/items/', { in: { item: body(Item, { requireContentType: false }) } }, ({ item }) => item)
