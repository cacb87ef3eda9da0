import { App, file, form, str } from '../../../src/index.ts'

export const app = new App()

app.post(
  '/files/',
  { in: { file: file(), fileb: file(), token: form(str()) } },
  ({ file, fileb, token }) => ({
    file_size: file.size,
    token,
    fileb_content_type: fileb.contentType,
  }),
)
