import { App, get, router } from '../../../src/index.ts'

const readItems = get('/items/', { operationId: 'some_specific_id_you_define' }, () => [
  { item_id: 'Foo' },
])

export const app = new App()

app.include(router({ readItems }))
