import { App, body, localDatetime, nullable, object, str } from '../../../src/index.ts'

const Item = object(
  { title: str(), timestamp: localDatetime(), description: nullable(str(), { default: null }) },
  { title: 'Item' },
)

export const fake_db: Record<string, unknown> = {}

export const app = new App()

app.put('/items/{id}', { in: { item: body(Item) } }, ({ id, item }) => {
  fake_db[id] = JSON.parse(Item.stringify(item))
})
