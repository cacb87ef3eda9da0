import { array, body, del, get, int, post, query, reply, router } from 'fasterapi'
import { store } from '../dependencies.ts'
import { Item, NewItem, Problem } from './schemas.ts'

const limit = query(int({ default: 20, min: 1, max: 100 }))

const listItems = get(
  '/items',
  { in: { store, limit }, out: { 200: array(Item) } },
  ({ store, limit }) => store.list(limit),
)

const createItem = post(
  '/items',
  { in: { store, item: body(NewItem) }, out: { 201: Item } },
  ({ store, item }) => store.add(item),
)

const readItem = get(
  '/items/{id:int}',
  { in: { store }, out: { 200: Item, 404: Problem } },
  async ({ id, store }) => (await store.find(id)) ?? reply(404, { detail: `No item ${id}` }),
)

const deleteItem = del(
  '/items/{id:int}',
  { in: { store }, out: { 204: null, 404: Problem } },
  async ({ id, store }) =>
    (await store.remove(id)) ? reply(204) : reply(404, { detail: `No item ${id}` }),
)

export const items = router({ listItems, createItem, readItem, deleteItem }, { tags: ['items'] })
