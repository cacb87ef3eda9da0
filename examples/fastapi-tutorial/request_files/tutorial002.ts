import { App, files, reply } from '../../../src/index.ts'

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

app.post('/files/', { in: { files: files() } }, ({ files }) => ({
  file_sizes: files.map((file) => file.size),
}))

app.post('/uploadfiles/', { in: { files: files() } }, ({ files }) => ({
  filenames: files.map((file) => file.filename),
}))

app.get('/', () => reply(200, page, { headers: { 'content-type': 'text/html; charset=utf-8' } }))
