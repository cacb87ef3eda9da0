import { App, nullable, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/{item_id}',
  { in: { q: query(nullable(str(), { default: null })) } },
  ({ item_id, q }) => (q ? { item_id, q } : { item_id }),
)
