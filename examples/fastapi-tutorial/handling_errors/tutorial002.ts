import { App, HttpError } from '../../../src/index.ts'

const items = new Map([['foo', 'The Foo Wrestlers']])

export const app = new App()

app.get('/items-header/{item_id}', ({ item_id }) => {
  const item = items.get(item_id)
  if (item === undefined) {
    throw new HttpError(404, 'Item not found', { 'x-error': 'There goes my error' })
  }
  return { item }
})
