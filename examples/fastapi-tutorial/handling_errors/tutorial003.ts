import { App, reply } from '../../../src/index.ts'

class UnicornError extends Error {}

export const app = new App()

app.onError(UnicornError, ({ message }) =>
  reply(418, { message: `Oops! ${message} did something. There goes a rainbow...` }),
)

app.get('/unicorns/{name}', ({ name }) => {
  if (name === 'yolo') throw new UnicornError(name)
  return { unicorn_name: name }
})
