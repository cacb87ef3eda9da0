import { existsSync } from 'node:fs'
import { App, dep } from '../../../../src/index.ts'
import { Settings } from './config.ts'

const settings = dep({ scope: 'core' }, () => {
  if (existsSync('.env')) process.loadEnvFile('.env') // what is set already stays
  return Settings.parse(process.env)
})

export const app = new App()

app.get('/info', { in: { settings } }, ({ settings }) => settings)
