import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', () => ['plumbus', 'portal gun'])
