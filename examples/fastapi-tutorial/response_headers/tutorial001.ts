import { App, reply } from '../../../src/index.ts'

const headers = { 'x-cat-dog': 'alone in the world', 'content-language': 'en-US' }

export const app = new App()

app.get('/headers/', () => reply(200, { message: 'Hello World' }, { headers }))
