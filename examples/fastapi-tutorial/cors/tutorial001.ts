import { App, cors } from '../../../src/index.ts'

const origins = [
  'http://localhost.tiangolo.com',
  'https://localhost.tiangolo.com',
  'http://localhost',
  'http://localhost:8080',
]

export const app = new App({
  use: [cors({ origins, credentials: true, methods: '*', headers: '*' })],
})

app.get('/', () => ({ message: 'Hello World' }))
