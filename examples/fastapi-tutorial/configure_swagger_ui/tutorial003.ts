import { App } from '../../../src/index.ts'

export const app = new App({ swaggerUi: { parameters: { deepLinking: false } } })

app.get('/users/{username}', ({ username }) => ({ message: `Hello ${username}` }))
