import { App, header, nullable, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  { in: { userAgent: header(nullable(str(), { default: null })) } },
  ({ userAgent }) => ({ 'User-Agent': userAgent }),
)
