import { App, int, nullable, path, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: {
      item_id: path(int({ title: 'The ID of the item to get' })),
      q: query('item-query', nullable(str(), { default: null })),
    },
  },
  ({ item_id, q }) => ({ item_id, ...(q && { q }) }),
)
