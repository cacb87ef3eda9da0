import { App, array, body, nullable, object, str } from '../../../src/index.ts'

const Item = object(
  { name: str(), description: nullable(str(), { default: null }) },
  { title: 'Item' },
)
const Author = object(
  { name: str(), items: array(Item, { defaultFactory: () => [] }) },
  { title: 'Author' },
)

export const app = new App()

app.post(
  '/authors/{author_id}/items/',
  { in: { items: body(array(Item)) }, out: { 200: Author } },
  ({ author_id, items }) => ({ name: author_id, items }),
)

app.get('/authors/', { out: { 200: array(Author) } }, () => [
  {
    name: 'Breaters',
    items: [
      { name: 'Island In The Moon', description: "A place to be playin' and havin' fun" },
      { name: 'Holy Buddies', description: null },
    ],
  },
  {
    name: 'System of an Up',
    items: [
      { name: 'Salt', description: "The kombucha mushroom people's favorite" },
      { name: 'Pad Thai', description: null },
      { name: 'Lonely Night', description: 'The mostests lonliest nightiest of allest' },
    ],
  },
])
