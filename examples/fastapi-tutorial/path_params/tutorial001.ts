import { App, path, unknown } from '../../../src/index.ts'

export const app = new App()

app.get('/items/{item_id}', { in: { item_id: path(unknown()) } }, ({ item_id }) => ({ item_id }))
