import { App, rootPath } from '../../../src/index.ts'

export const app = new App({
  servers: [
    { url: 'https://stag.example.com', description: 'Staging environment' },
    { url: 'https://prod.example.com', description: 'Production environment' },
  ],
  rootPath: '/api/v1',
  rootPathInServers: false,
})

app.get('/app', { in: { root: rootPath() } }, ({ root }) => ({
  message: 'Hello World',
  root_path: root,
}))
