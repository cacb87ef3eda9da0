import { App, dep } from '../../../../src/index.ts'
import { readSettings } from './config.ts'

const settings = dep({ scope: 'core' }, readSettings)

export const app = new App()

app.get('/info', { in: { settings } }, ({ settings }) => settings)
