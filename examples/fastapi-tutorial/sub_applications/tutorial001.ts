import { App } from '../../../src/index.ts'

const subapi = new App()

subapi.get('/sub', () => ({ message: 'Hello World from sub API' }))

export const app = new App()

app.get('/app', () => ({ message: 'Hello World from main app' }))

app.mount('/subapi', subapi)
