import { App, nullable, query, str } from '../../../src/index.ts'

const items = [{ item_id: 'Foo' }, { item_id: 'Bar' }]

export const app = new App()

app.get(
  '/items/',
  { in: { q: query(nullable(str({ maxLength: 50 }), { default: null })) } },
  ({ q }) => (q ? { items, q } : { items }),
)
