import { App, cookie, dep, nullable, query, str } from '../../../src/index.ts'

const queryExtractor = dep({ q: query(nullable(str(), { default: null })) }, ({ q }) => q)

const queryOrCookieExtractor = dep(
  { q: queryExtractor, last_query: cookie(nullable(str(), { default: null })) },
  ({ q, last_query }) => q || last_query,
)

export const app = new App()

app.get('/items/', { in: { found: queryOrCookieExtractor } }, ({ found }) => ({
  q_or_cookie: found,
}))
