import { App } from '../../../../src/index.ts'
import { config } from './config.ts'

export const app = new App()

app.get('/info', () => config)
