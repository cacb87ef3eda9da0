import { App, body, int, map, num } from '../../../src/index.ts'

export const app = new App()

app.post('/index-weights/', { in: { weights: body(map(int(), num())) } }, ({ weights }) =>
  Object.fromEntries(weights),
)
