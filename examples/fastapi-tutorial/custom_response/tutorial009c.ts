import { App, reply } from '../../../src/index.ts'

const headers = { 'content-type': 'application/json' }
const indented = (value: unknown) => reply(200, JSON.stringify(value, null, 2), { headers })

export const app = new App()

app.get('/', () => indented({ message: 'Hello World' }))
