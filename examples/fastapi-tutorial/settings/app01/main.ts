import { App } from '../../../../src/index.ts'
import { settings } from './config.ts'

export const app = new App()

app.get('/info', () => settings)
