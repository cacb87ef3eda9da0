import { App, bool, nullable, object, query, request, sendFile, str } from '../../../src/index.ts'

const Item = object({ id: str(), value: str() }, { title: 'Item' })

const responses = {
  302: { description: 'The item was moved' },
  403: { description: 'Not enough privileges' },
  404: { description: 'Item not found' },
}

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: { img: query(nullable(bool(), { default: null })), asked: request() },
    out: { 200: Item },
    responses: { ...responses, 200: { content: { 'image/png': {} } } },
  },
  ({ img, asked }) =>
    img ? sendFile(asked, 'image.png') : { id: 'foo', value: 'there goes my hero' },
)
