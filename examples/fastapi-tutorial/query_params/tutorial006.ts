import { App, int, nullable, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: {
      needy: query(str()),
      skip: query(int({ default: 0 })),
      limit: query(nullable(int(), { default: null })),
    },
  },
  ({ item_id, needy, skip, limit }) => ({ item_id, needy, skip, limit }),
)
