import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/', { mediaType: 'text/plain' }, () => 'Hello World')
