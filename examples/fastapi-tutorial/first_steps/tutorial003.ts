import { App } from '../../../src/index.ts'

export const app = new App()

const root = () => ({ message: 'Hello World' })

app.get('/', root)
