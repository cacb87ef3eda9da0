import { App, reply } from '../../../src/index.ts'

export const app = new App()

app.get('/teleport', () =>
  reply(307, undefined, { headers: { location: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ' } }),
)
