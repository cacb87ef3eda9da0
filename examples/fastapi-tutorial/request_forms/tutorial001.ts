import { App, form, str } from '../../../src/index.ts'

export const app = new App()

app.post('/login/', { in: { username: form(str()), password: form(str()) } }, ({ username }) => ({
  username,
}))
