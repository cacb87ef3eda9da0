import { App, dep } from '../../../../src/index.ts'
import { readSettings } from './config.ts'

/** Tests put others in their place with `app.override`. */
export const settings = dep({ scope: 'core' }, readSettings)

export const app = new App()

app.get('/info', { in: { settings } }, ({ settings }) => settings)
