import { App, num, record } from '../../../src/index.ts'

export const app = new App()

app.get('/keyword-weights/', { out: { 200: record(num()) } }, () => ({ foo: 2.3, bar: 3.4 }))
