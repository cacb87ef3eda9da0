import { App, array, bool, header, nullable, object, str } from '../../../src/index.ts'

const CommonHeaders = object(
  {
    host: str(),
    save_data: bool(),
    if_modified_since: nullable(str(), { default: null }),
    traceparent: nullable(str(), { default: null }),
    x_tag: array(str(), { default: [] }),
  },
  { title: 'CommonHeaders' },
)

export const app = new App()

app.get('/items/', { in: { headers: header(CommonHeaders) } }, ({ headers }) => headers)
