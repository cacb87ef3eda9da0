import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { documented: false }, () => [{ item_id: 'Foo' }])
