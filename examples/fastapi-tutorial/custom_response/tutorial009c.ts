import { App, reply } from '../../../src/index.ts'

const indented = (value: unknown) =>
  reply(200, JSON.stringify(value, undefined, 2), {
    headers: { 'content-type': 'application/json' },
  })

export const app = new App()

app.get('/', () => indented({ message: 'Hello World' }))
