import { App, get, router } from '../../../src/index.ts'

const read_items = get('/items/', () => [{ item_id: 'Foo' }])

export const app = new App({ generateOperationId: ({ name, path }) => name ?? path })

app.include(router({ read_items }))
