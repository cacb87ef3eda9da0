import { App, array, query, unknown } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { in: { q: query(array(unknown(), { default: [] })) } }, ({ q }) => ({ q }))
