import { App, cookie, nullable, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  { in: { ads_id: cookie(nullable(str(), { default: null })) } },
  ({ ads_id }) => ({
    ads_id,
  }),
)
