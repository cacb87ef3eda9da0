import { App, events } from '../../../src/index.ts'

const items = [
  { name: 'Plumbus', price: 32.99 },
  { name: 'Portal Gun', price: 999.99 },
  { name: 'Meeseeks Box', price: 49.99 },
]

export const app = new App()

app.get('/items/stream', { out: { 200: events() } }, async function* () {
  yield { comment: 'stream of item updates' }
  for (const [index, data] of items.entries()) {
    yield { data, event: 'item_update', id: index + 1, retry: 5000 }
  }
})
