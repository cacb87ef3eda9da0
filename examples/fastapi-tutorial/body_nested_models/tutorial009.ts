import { App, body, int, map, num } from '../../../src/index.ts'

const Weights = map(int(), num())

export const app = new App()

app.post('/index-weights/', { in: { weights: body(Weights) } }, ({ weights }) =>
  Object.fromEntries(weights),
)
