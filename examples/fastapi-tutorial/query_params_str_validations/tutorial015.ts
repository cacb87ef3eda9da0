import { App, nullable, query, refine, str } from '../../../src/index.ts'

const titles = new Map([
  ['isbn-9781529046137', "The Hitchhiker's Guide to the Galaxy"],
  ['imdb-tt0371724', "The Hitchhiker's Guide to the Galaxy"],
  ['isbn-9781439512982', 'Isaac Asimov: The Complete Stories, Vol. 2'],
])

const ItemId = refine(
  str(),
  (id) => /^(isbn|imdb)-/.test(id) || 'Invalid ID format, it must start with "isbn-" or "imdb-"',
)

export const app = new App()

app.get('/items/', { in: { id: query(nullable(ItemId, { default: null })) } }, ({ id }) => {
  const ids = [...titles.keys()]
  const found = id || ids[Math.floor(Math.random() * ids.length)]!
  return { id: found, name: titles.get(found) ?? null }
})
