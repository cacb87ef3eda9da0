import { App, query, str } from '../../../src/index.ts'

export const app = new App()

app.get('/items/{item_id}', { in: { needy: query(str()) } }, ({ item_id, needy }) => ({
  item_id,
  needy,
}))
