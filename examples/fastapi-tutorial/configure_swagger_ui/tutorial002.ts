import { App } from '../../../src/index.ts'

export const app = new App({
  swaggerUi: { parameters: { syntaxHighlight: { theme: 'obsidian' } } },
})

app.get('/users/{username}', ({ username }) => ({ message: `Hello ${username}` }))
