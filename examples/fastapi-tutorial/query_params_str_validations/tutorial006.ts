import { App, query, str } from '../../../src/index.ts'

const items = [{ item_id: 'Foo' }, { item_id: 'Bar' }]

export const app = new App()

app.get('/items/', { in: { q: query(str({ minLength: 3 })) } }, ({ q }) =>
  q ? { items, q } : { items },
)
