import { get, HttpError, put, router } from '../../../../../src/index.ts'
import { tokenHeader } from '../dependencies.ts'

const names = new Map([
  ['plumbus', { name: 'Plumbus' }],
  ['gun', { name: 'Portal Gun' }],
])

const readItems = get('/', () => Object.fromEntries(names))

const readItem = get('/{item_id}', ({ item_id }) => {
  const item = names.get(item_id)
  if (item === undefined) throw new HttpError(404, 'Item not found')
  return { name: item.name, item_id }
})

const updateItem = put(
  '/{item_id}',
  { tags: ['custom'], responses: { 403: { description: 'Operation forbidden' } } },
  ({ item_id }) => {
    if (item_id !== 'plumbus') throw new HttpError(403, 'You can only update the item: plumbus')
    return { item_id, name: 'The great Plumbus' }
  },
)

export const items = router(
  { readItems, readItem, updateItem },
  {
    prefix: '/items',
    tags: ['items'],
    in: { tokenHeader },
    responses: { 404: { description: 'Not found' } },
  },
)
