import { App, reply } from '../../../src/index.ts'

export const app = new App()

app.get('/typer', () =>
  reply(307, undefined, { headers: { location: 'https://typer.tiangolo.com' } }),
)
