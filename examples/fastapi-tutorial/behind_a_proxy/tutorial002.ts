import { App, rootPath } from '../../../src/index.ts'

export const app = new App({ rootPath: '/api/v1' })

app.get('/app', { in: { root: rootPath() } }, ({ root }) => ({
  message: 'Hello World',
  root_path: root,
}))
