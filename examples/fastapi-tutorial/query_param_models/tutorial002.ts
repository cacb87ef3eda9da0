import { App, array, int, literal, meta, object, query, str } from '../../../src/index.ts'

const FilterParams = object(
  {
    limit: int({ above: 0, max: 100, default: 100 }),
    offset: int({ min: 0, default: 0 }),
    order_by: meta(literal('created_at', 'updated_at'), { default: 'created_at' }),
    tags: array(str(), { default: [] }),
  },
  { title: 'FilterParams', extra: 'forbid' },
)

export const app = new App()

app.get('/items/', { in: { filter: query(FilterParams) } }, ({ filter }) => filter)
