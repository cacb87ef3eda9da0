import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/fastapi', { status: 307 }, () => redirect('https://fastapi.tiangolo.com'))
