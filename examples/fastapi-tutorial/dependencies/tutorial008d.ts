import { App, dep, HttpError } from '../../../src/index.ts'

class InternalError extends Error {}

const username = dep(function* () {
  try {
    yield 'Rick'
  } catch (error) {
    if (error instanceof InternalError) console.log("We don't swallow the internal error here 😎")
    throw error
  }
})

export const app = new App()

app.get('/items/{item_id}', { in: { username } }, ({ item_id, username }) => {
  if (item_id === 'portal-gun') {
    throw new InternalError(`The portal gun is too dangerous to be owned by ${username}`)
  }
  if (item_id !== 'plumbus') {
    throw new HttpError(404, "Item not found, there's only a plumbus here")
  }
  return item_id
})
