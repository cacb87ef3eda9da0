import { App, file } from '../../../src/index.ts'

export const app = new App()

app.post(
  '/files/',
  { in: { file: file({ description: 'A file read as bytes' }) } },
  async ({ file }) => ({ file_size: (await file.bytes()).length }),
)

app.post(
  '/uploadfile/',
  { in: { file: file({ description: 'A file read as UploadFile' }) } },
  ({ file }) => ({ filename: file.filename }),
)
