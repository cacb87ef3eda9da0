import { App, int, num, path, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: {
      item_id: path(int({ title: 'The ID of the item to get', min: 0, max: 1000 })),
      q: query(str()),
      size: query(num({ above: 0, below: 10.5 })),
    },
  },
  ({ item_id, q, size }) => ({ item_id, ...(q && { q }), ...(size && { size }) }),
)
