import { App, array, query, str } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { in: { q: query(array(str(), { default: ['foo', 'bar'] })) } }, ({ q }) => ({
  q,
}))
