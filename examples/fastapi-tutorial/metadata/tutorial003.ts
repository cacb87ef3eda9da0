import { App } from '../../../src/index.ts'

export const app = new App({ docs: '/documentation' })

app.get('/items/', () => [{ name: 'Foo' }])
