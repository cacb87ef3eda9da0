import { App } from '../../../src/index.ts'

export const app = new App({ docs: '/documentation', redoc: false })

app.get('/items/', () => [{ name: 'Foo' }])
