import { App } from '../../../src/index.ts'

export const app = new App({ swaggerUi: { parameters: { syntaxHighlight: false } } })

app.get('/users/{username}', ({ username }) => ({ message: `Hello ${username}` }))
