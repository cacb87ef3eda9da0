import { App } from '../../../src/index.ts'

export const app = new App()

app.static('/static', 'static')
