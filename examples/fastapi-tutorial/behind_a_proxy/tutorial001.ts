import { App, rootPath } from '../../../src/index.ts'

export const app = new App({ rootPath: process.env['ROOT_PATH'] ?? '/api/v1' })

app.get('/app', { in: { root: rootPath() } }, ({ root }) => ({
  message: 'Hello World',
  root_path: root,
}))
