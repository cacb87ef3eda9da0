import { App, rawBody } from '../../../src/index.ts'

const magicDataReader = (raw: Uint8Array) => ({
  size: raw.length,
  content: { name: 'Maaaagic', price: 42, description: "Just kiddin', no magic here. ✨" },
})

export const app = new App()

app.post(
  '/items/',
  {
    in: { raw: rawBody() },
    requestBody: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['name', 'price'],
            properties: {
              name: { type: 'string' },
              price: { type: 'number' },
              description: { type: 'string' },
            },
          },
        },
      },
      required: true,
    },
  },
  ({ raw }) => magicDataReader(raw),
)
