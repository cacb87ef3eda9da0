import { App, reply } from '../../../src/index.ts'

export const app = new App()

app.get('/headers-and-object/', () =>
  reply(200, { message: 'Hello World' }, { headers: { 'x-cat-dog': 'alone in the world' } }),
)
