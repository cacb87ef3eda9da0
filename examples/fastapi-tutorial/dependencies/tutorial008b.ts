import { App, dep, HttpError } from '../../../src/index.ts'

const data = new Map([
  ['plumbus', { description: 'Freshly pickled plumbus', owner: 'Morty' }],
  ['portal-gun', { description: 'Gun to create portals', owner: 'Rick' }],
])

class OwnerError extends Error {}

const username = dep(function* () {
  try {
    yield 'Rick'
  } catch (error) {
    if (error instanceof OwnerError) throw new HttpError(400, `Owner error: ${error.message}`)
    throw error
  }
})

export const app = new App()

app.get('/items/{item_id}', { in: { username } }, ({ item_id, username }) => {
  const item = data.get(item_id)
  if (item === undefined) throw new HttpError(404, 'Item not found')
  if (item.owner !== username) throw new OwnerError(username)
  return item
})
