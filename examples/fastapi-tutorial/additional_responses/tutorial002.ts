import { App, bool, nullable, object, query, request, sendFile, str } from '../../../src/index.ts'

const Item = object({ id: str(), value: str() }, { title: 'Item' })

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    in: { img: query(nullable(bool(), { default: null })), asked: request() },
    out: { 200: Item },
    responses: {
      200: { description: 'Return the JSON item or an image.', content: { 'image/png': {} } },
    },
  },
  ({ img, asked }) =>
    img ? sendFile(asked, 'image.png') : { id: 'foo', value: 'there goes my hero' },
)
