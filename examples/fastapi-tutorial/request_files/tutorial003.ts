import { App, files, html } from '../../../src/index.ts'

const page = `
<body>
<form action="/files/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
<form action="/uploadfiles/" enctype="multipart/form-data" method="post">
<input name="files" type="file" multiple>
<input type="submit">
</form>
</body>
    `

export const app = new App()

app.post(
  '/files/',
  { in: { files: files({ description: 'Multiple files as bytes' }) } },
  ({ files }) => ({
    file_sizes: files.map((file) => file.size),
  }),
)

app.post(
  '/uploadfiles/',
  { in: { files: files({ description: 'Multiple files as UploadFile' }) } },
  ({ files }) => ({
    filenames: files.map((file) => file.filename),
  }),
)

app.get('/', () => html(page))
