import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/fastapi', { out: { 307: null } }, () => redirect('https://fastapi.tiangolo.com'))
