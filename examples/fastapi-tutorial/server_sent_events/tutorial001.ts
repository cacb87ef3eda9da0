import { App, events, nullable, object, str } from '../../../src/index.ts'

const Item = object({ name: str(), description: nullable(str()) }, { title: 'Item' })

const items = [
  { name: 'Plumbus', description: 'A multi-purpose household device.' },
  { name: 'Portal Gun', description: 'A portal opening device.' },
  { name: 'Meeseeks Box', description: 'A box that summons a Meeseeks.' },
]

function* all() {
  for (const data of items) yield { data }
}

export const app = new App()

app.get('/items/stream', { out: { 200: events(Item) } }, async function* () {
  yield* all()
})
app.get('/items/stream-no-async', { out: { 200: events(Item) } }, all)
app.get('/items/stream-no-annotation', { out: { 200: events() } }, async function* () {
  yield* all()
})
app.get('/items/stream-no-async-no-annotation', { out: { 200: events() } }, all)
