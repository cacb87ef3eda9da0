import { App, events, int, lastEventId, nullable } from '../../../src/index.ts'

const items = [
  { name: 'Plumbus', price: 32.99 },
  { name: 'Portal Gun', price: 999.99 },
  { name: 'Meeseeks Box', price: 49.99 },
]

export const app = new App()

app.get(
  '/items/stream',
  { in: { seen: lastEventId(nullable(int(), { default: null })) }, out: { 200: events() } },
  async function* ({ seen }) {
    const start = seen === null ? 0 : seen + 1
    for (let id = start; id < items.length; id++) yield { data: items[id], id }
  },
)
