import { App } from 'fasterapi'
import { items } from './items/routes.ts'

export const app: App = new App({ title: '{{title}}', version: '0.1.0' })

app.get('/health', { tags: ['health'] }, () => ({ status: 'ok' }))
app.include(items)
