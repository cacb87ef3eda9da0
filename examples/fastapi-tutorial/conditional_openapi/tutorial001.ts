import { App } from '../../../src/index.ts'

const path = process.env['OPENAPI_URL'] ?? '/openapi.json'

export const app = new App({ openapi: path === '' ? false : path })

app.get('/', () => ({ message: 'Hello World' }))
