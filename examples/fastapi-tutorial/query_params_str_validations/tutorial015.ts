import { App, nullable, query, refine, str } from '../../../src/index.ts'

const books = new Map([
  ['isbn-9781529046137', "The Hitchhiker's Guide to the Galaxy"],
  ['imdb-tt0371724', "The Hitchhiker's Guide to the Galaxy"],
  ['isbn-9781439512982', 'Isaac Asimov: The Complete Stories, Vol. 2'],
])

const BookId = refine(
  str(),
  (id) => /^(isbn|imdb)-/.test(id) || 'Invalid ID format, it must start with "isbn-" or "imdb-"',
)

export const app = new App()

app.get('/items/', { in: { id: query(nullable(BookId, { default: null })) } }, ({ id }) => {
  const ids = [...books.keys()]
  const wanted = id ?? ids[Math.floor(Math.random() * ids.length)]!
  return { id: wanted, name: books.get(wanted) ?? null }
})
