import { App, request } from '../../../src/index.ts'

export const app = new App()

app.get('/items/{item_id}', { in: { request: request() } }, ({ item_id, request }) => ({
  client_host: request.remoteAddress,
  item_id,
}))
