import { App, file } from '../../../src/index.ts'

export const app = new App()

app.post('/files/', { in: { file: file({ optional: true }) } }, ({ file }) =>
  file === undefined ? { message: 'No file sent' } : { file_size: file.size },
)

app.post('/uploadfile/', { in: { file: file({ optional: true }) } }, ({ file }) =>
  file === undefined ? { message: 'No upload file sent' } : { filename: file.filename },
)
