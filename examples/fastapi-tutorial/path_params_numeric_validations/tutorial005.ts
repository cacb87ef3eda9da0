import { App, int, path, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: {
      item_id: path(int({ title: 'The ID of the item to get', above: 0, max: 1000 })),
      q: query(str()),
    },
  },
  ({ item_id, q }) => ({ item_id, ...(q && { q }) }),
)
