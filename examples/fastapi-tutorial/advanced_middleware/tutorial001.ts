import { App, httpsRedirect } from '../../../src/index.ts'

export const app = new App({ use: [httpsRedirect()] })

app.get('/', () => ({ message: 'Hello World' }))
