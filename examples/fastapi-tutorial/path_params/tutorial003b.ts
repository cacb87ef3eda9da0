import { App } from '../../../src/index.ts'

export const app = new App()

// The same path twice would be refused when the app starts, instead of being never reached.
app.get('/users', () => ['Rick', 'Morty'])
