import { App, array, nullable, query, str } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { in: { q: query(nullable(array(str()), { default: null })) } }, ({ q }) => ({
  q,
}))
