import { App, header, nullable, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  { in: { strange_header: header('strange_header', nullable(str(), { default: null })) } },
  ({ strange_header }) => ({ strange_header }),
)
