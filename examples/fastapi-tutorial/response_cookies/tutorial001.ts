import { App, reply } from '../../../src/index.ts'

const message = 'Come to the dark side, we have cookies'

export const app = new App()

app.post('/cookie/', () =>
  reply(
    200,
    { message },
    { cookies: [{ name: 'fakesession', value: 'fake-cookie-session-value', httpOnly: false }] },
  ),
)
