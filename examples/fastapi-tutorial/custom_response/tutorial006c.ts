import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/pydantic', { status: 302 }, () => redirect('https://docs.pydantic.dev/', { status: 302 }))
