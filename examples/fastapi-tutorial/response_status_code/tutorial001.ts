import { App, query, str } from '../../../src/index.ts'

export const app = new App()

app.post('/items/', { in: { name: query(str()) }, status: 201 }, ({ name }) => ({ name }))
