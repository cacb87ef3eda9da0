import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/typer', () => redirect('https://typer.tiangolo.com'))
