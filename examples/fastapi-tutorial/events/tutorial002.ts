import { appendFile } from 'node:fs/promises'
import { App } from '../../../src/index.ts'

export const app = new App()

app.onStop(() => appendFile('log.txt', 'Application shutdown'))

app.get('/items/', () => [{ name: 'Foo' }])
