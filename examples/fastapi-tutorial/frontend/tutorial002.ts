import { App } from '../../../src/index.ts'

export const app = new App()

// Names in assets/ contain a hash of what is in them: browsers need not ask for them again.
app.static('/', 'dist', { fallback: 'index.html', immutable: /^\/assets\// })
