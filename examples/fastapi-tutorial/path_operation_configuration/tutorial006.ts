import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { tags: ['items'] }, () => [{ name: 'Foo', price: 42 }])

app.get('/users/', { tags: ['users'] }, () => [{ username: 'johndoe' }])

app.get('/elements/', { tags: ['items'], deprecated: true }, () => [{ item_id: 'Foo' }])
