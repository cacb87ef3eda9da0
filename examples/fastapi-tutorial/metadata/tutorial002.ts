import { App } from '../../../src/index.ts'

export const app = new App({ openapi: '/api/v1/openapi.json' })

app.get('/items/', () => [{ name: 'Foo' }])
