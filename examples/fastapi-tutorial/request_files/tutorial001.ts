import { App, file } from '../../../src/index.ts'

export const app = new App()

app.post('/files/', { in: { file: file() } }, ({ file }) => ({ file_size: file.size }))

app.post('/uploadfile/', { in: { file: file() } }, ({ file }) => ({ filename: file.filename }))
