import { App, text } from '../../../src/index.ts'

export const app = new App()

app.get('/', { mediaType: 'text/plain' }, () => text('Hello World'))
