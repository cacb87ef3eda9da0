import { App, nullable, query, str } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  {
    in: { hidden_query: query(nullable(str(), { default: null })) },
    parameters: { hidden_query: { documented: false } },
  },
  ({ hidden_query }) => ({ hidden_query: hidden_query ?? 'Not found' }),
)
