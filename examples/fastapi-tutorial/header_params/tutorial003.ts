import { App, array, header, nullable, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  { in: { tokens: header('x-token', nullable(array(str()), { default: null })) } },
  ({ tokens }) => ({ 'X-Token values': tokens }),
)
