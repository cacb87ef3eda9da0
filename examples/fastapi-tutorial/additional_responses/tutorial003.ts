import { App, object, reply, str } from '../../../src/index.ts'

const Item = object({ id: str(), value: str() }, { title: 'Item' })
const Message = object({ message: str() }, { title: 'Message' })

export const app = new App()

app.get(
  '/items/{item_id}',
  {
    out: { 200: Item, 404: Message },
    responseDescription: 'Item requested by ID',
    responses: {
      200: {
        content: { 'application/json': { example: { id: 'bar', value: 'The bar tenders' } } },
      },
      404: { description: 'The item was not found' },
    },
  },
  ({ item_id }) =>
    item_id === 'foo'
      ? { id: 'foo', value: 'there goes my hero' }
      : reply(404, { message: 'Item not found' }),
)
