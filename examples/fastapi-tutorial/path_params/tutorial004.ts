import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/files/{file_path:path}', ({ file_path }) => ({ file_path }))
