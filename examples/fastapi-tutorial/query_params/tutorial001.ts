import { App, int, query } from '../../../src/index.ts'

const items = [{ item_name: 'Foo' }, { item_name: 'Bar' }, { item_name: 'Baz' }]

export const app = new App()

app.get(
  '/items/',
  { in: { skip: query(int({ default: 0 })), limit: query(int({ default: 10 })) } },
  ({ skip, limit }) => items.slice(skip, skip + limit),
)
