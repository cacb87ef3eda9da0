import { App } from '../../../src/index.ts'

const items = new Map<string, { name: string }>()

export const app = new App()

app.lifespan(function* () {
  items.set('foo', { name: 'Fighters' })
  items.set('bar', { name: 'Tenders' })
  yield
  items.clear()
})

app.get('/items/{item_id}', ({ item_id }) => items.get(item_id))
