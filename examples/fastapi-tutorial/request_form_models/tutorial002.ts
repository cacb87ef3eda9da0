import { App, form, object, str } from '../../../src/index.ts'

const FormData = object(
  { username: str(), password: str() },
  { title: 'FormData', extra: 'forbid' },
)

export const app = new App()

app.post('/login/', { in: { data: form(FormData) } }, ({ data }) => data)
