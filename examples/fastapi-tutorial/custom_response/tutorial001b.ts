import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', () => [{ item_id: 'Foo' }])
