import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/pydantic', { out: { 302: null } }, () =>
  redirect('https://docs.pydantic.dev/', { status: 302 }),
)
