import { App, file } from '../../../src/index.ts'

export const app = new App()

app.post(
  '/files/',
  { in: { file: file({ description: 'A file read as bytes' }) } },
  ({ file }) => ({
    file_size: file.size,
  }),
)

app.post(
  '/uploadfile/',
  { in: { file: file({ description: 'A file read as UploadFile' }) } },
  ({ file }) => ({ filename: file.filename }),
)
