import { App, cookie, nullable, object, str } from '../../../src/index.ts'

const Cookies = object(
  {
    session_id: str(),
    fatebook_tracker: nullable(str(), { default: null }),
    googall_tracker: nullable(str(), { default: null }),
  },
  { title: 'Cookies' },
)

export const app = new App()

app.get('/items/', { in: { cookies: cookie(Cookies) } }, ({ cookies }) => cookies)
