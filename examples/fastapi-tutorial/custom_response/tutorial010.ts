import { App } from '../../../src/index.ts'

export const app = new App()

app.get(
  '/items/',
  { mediaType: 'text/html' },
  () => '<h1>Items</h1><p>This is a list of items.</p>',
)
