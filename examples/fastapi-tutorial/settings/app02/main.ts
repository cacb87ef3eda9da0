import { App, dep } from '../../../../src/index.ts'
import { Settings } from './config.ts'

/** Read once, when the app starts; tests put others in their place with `app.override`. */
export const settings = dep({ scope: 'core' }, () => Settings.parse(process.env))

export const app = new App()

app.get('/info', { in: { settings } }, ({ settings }) => settings)
