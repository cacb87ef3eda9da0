import { App, nullable, query, str } from '../../../src/index.ts'

const items = [{ item_id: 'Foo' }, { item_id: 'Bar' }]

export const app = new App()

app.get(
  '/items/',
  {
    in: {
      q: query(
        nullable(str({ minLength: 3 }), {
          title: 'Query string',
          description:
            'Query string for the items to search in the database that have a good match',
          default: null,
        }),
      ),
    },
  },
  ({ q }) => (q ? { items, q } : { items }),
)
