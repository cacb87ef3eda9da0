import { App, body, int, nullable, reply, str } from '../../../src/index.ts'

const items = new Map<string, { name: string | null; size: number | null }>([
  ['foo', { name: 'Fighters', size: 6 }],
  ['bar', { name: 'Tenders', size: 3 }],
])

export const app = new App()

app.put(
  '/items/{item_id}',
  {
    in: {
      name: body(nullable(str(), { default: null })),
      size: body(nullable(int(), { default: null })),
    },
  },
  ({ item_id, name, size }) => {
    const isKnown = items.has(item_id)
    const item = { name, size }
    items.set(item_id, item)
    return isKnown ? item : reply(201, item)
  },
)
