import { App, bool, nullable, query, str } from '../../../src/index.ts'

const description = 'This is an amazing item that has a long description'

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: {
      q: query(nullable(str(), { default: null })),
      short: query(bool({ default: false })),
    },
  },
  ({ item_id, q, short }) => ({
    item_id,
    ...(q && { q }),
    ...(!short && { description }),
  }),
)
