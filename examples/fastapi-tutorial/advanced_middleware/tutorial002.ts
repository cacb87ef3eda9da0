import { App, trustedHost } from '../../../src/index.ts'

export const app = new App({ use: [trustedHost(['example.com', '*.example.com'])] })

app.get('/', () => ({ message: 'Hello World' }))
